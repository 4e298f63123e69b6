"""One file or folder for each question: it plans cases, and turns stored cases into tables and figures."""
