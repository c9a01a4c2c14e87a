"""How long tests wait, at most."""

from __future__ import annotations

#: For what must come. Only what never comes takes as long, however busy the machine is.
PATIENCE_S = 90.0
#: For a whole study, of seconds where nobody disturbs it.
STUDY_S = 300.0
