"""The relay: keeps sealed letters and briefs until they are fetched, and can open none of them.

A small program of its own: it needs the standard library, waitress and `lacrima.errors`, holds no
key, and knows no practice. What it speaks stands in docs/reference/drop-box-format.md.

    app         what comes in, and what is answered
    keeper      briefs and letters, and when they are forgotten
    mailboxes   who may fetch and manage; rates: how often anybody may ask
    store       one SQLite file, one connection, several letters in one commit
    serving     the server around all that
"""
