"""The week board: a plan as a leader sees and moves it, judged again after each act."""
