"""What was asked, for whoever wants to see it: journal, expectations, counters.

`journal` keeps requests as they came; `understanding` works out what they meant when somebody
reads them; `expectation` compares them with what should have been asked; `meter` counts.
"""
