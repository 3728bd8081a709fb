"""desired × observed → Plan. Pure: time, files, the network and randomness are nobody's business in here."""
