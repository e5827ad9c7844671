"""The sealed drop-box: a small program that keeps what it cannot open until it is fetched."""
