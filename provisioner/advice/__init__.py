"""Every rule that the tool can print, what breaks the rules of advice, and who is excused from them. Pure."""
