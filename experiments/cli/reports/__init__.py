"""What commands print: tables of results on a terminal."""
