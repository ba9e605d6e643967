"""Pictures, as those use them who ask for one: `photos.note`, `photos.allow`, `photos.views`."""

from server.photos.files import Size as Size
from server.photos.models import PhotoState as PhotoState
from server.photos.models import Purpose as Purpose
from server.photos.noting import keep as keep
from server.photos.noting import keep_own as keep_own
from server.photos.noting import note as note
from server.photos.settling import FOLLOWERS as FOLLOWERS
from server.photos.settling import allow as allow
from server.photos.settling import forget as forget
from server.photos.settling import refuse as refuse
from server.photos.showing import View as View
from server.photos.showing import check_own as check_own
from server.photos.showing import own as own
from server.photos.showing import own_view as own_view
from server.photos.showing import shown as shown
from server.photos.showing import views as views
