"""All that staff do with a report, under one name: `hazards.triage`, `hazards.fix` and so on.

Each verb takes `(session, reach, hazard_id, …, now, *, channel)`, asks the reach before anything
else, is decided by one conditional write, may be called twice, leaves a row in the trail, and
returns the report. Whoever lost a race is told how it stands (`MovedOn`). What staff read is in
`desk` (who looks at reports) and `units` (who puts them right, and never learns from whom).
"""

from server.riders.hazards.appeals import decide_appeal as decide_appeal
from server.riders.hazards.fixing import ask as ask
from server.riders.hazards.fixing import assign as assign
from server.riders.hazards.fixing import begin as begin
from server.riders.hazards.fixing import extend as extend
from server.riders.hazards.fixing import fix as fix
from server.riders.hazards.fixing import note_progress as note_progress
from server.riders.hazards.fixing import remark as remark
from server.riders.hazards.reporting import report_for as report_for
from server.riders.hazards.routing import route_out as route_out
from server.riders.hazards.speaking import Wish as Wish
from server.riders.hazards.speaking import speak_for as speak_for
from server.riders.hazards.triaging import merge as merge
from server.riders.hazards.triaging import prove_false as prove_false
from server.riders.hazards.triaging import reject as reject
from server.riders.hazards.triaging import triage as triage
from server.riders.hazards.weighing import weigh as weigh
