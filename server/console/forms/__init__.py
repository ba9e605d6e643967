"""The forms that staff fill in; one file a noun.

    class NeedForm(Form):
        title = StringField("需求标题", [InputRequired("请写上标题。")])

A view that is posted to takes `visit.filled(NeedForm)`; the page named by `again` takes
`visit.form(NeedForm)` and hands it to `visit.show(…, form=form)`.
"""

from flask_wtf import FlaskForm


class Form(FlaskForm):
    """A form of the console; its token is checked for every page at once (`face.py`)."""

    class Meta(FlaskForm.Meta):
        """Leave the token to the door."""

        csrf = False
