"""ROOM answers: the heart. Pure: no I/O, no clock, no chance.

verb            `decide`, `word`
in → out        a query and its candidates → a decision that explains itself → the words of a reply
may touch       what it is given, the language data, its own weights
must not        rate anything itself, write a sentence about a claim, or look anything up
to add one      a feature: one function in `features.py`; a guard: one in `guards.py`; a name it should know: a line in
                `lang/gazetteer/`; a sentence of ours: one line per file in `lang/`
"""
