"""Files that come in: tables of scores, the map that reads them, calendars."""
