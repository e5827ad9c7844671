"""Django's plug for the encrypted database: ENGINE "lacrima.vault.sqlcipher".

    DATABASES = {"default": {"ENGINE": "lacrima.vault.sqlcipher", "NAME": folder.database,
                             "CONN_MAX_AGE": None}}

The key comes from ``lacrima.vault.process.VAULT`` at the moment of connecting; while the practice
is locked, connecting raises Locked. Test databases are files too (TEST NAME, or test_<NAME>).
"""
