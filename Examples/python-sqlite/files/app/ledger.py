"""Adds entries to a ledger, one transaction each, and says of each when it is durable.

JOURNAL is SQLite's journal_mode (wal or delete), ENTRIES how many are added. Before it begins it checks what earlier runs left, however
they ended: the database is whole, and its entries are those from 1 to the last one, each with its text.
"""

import os
import sqlite3
import sys


def text(number):
    return f"entry {number} " + "x" * (number * 37 % 900)


def check(ledger):
    if ledger.execute("pragma integrity_check").fetchone() != ("ok",):
        sys.exit("the database is damaged")
    count = 0
    for count, (number, found) in enumerate(ledger.execute("select number, text from entry order by number"), 1):
        if number != count or found != text(number):
            sys.exit(f"entry {count} is wrong")
    return count


def main(journal, wanted):
    ledger = sqlite3.connect(f"/data/{journal}.db", isolation_level=None)
    mode = ledger.execute(f"pragma journal_mode={journal}").fetchone()[0]
    # With a journal that is deleted, the deletion is the commit: only "extra" makes it durable before it returns.
    ledger.execute("pragma synchronous=extra")
    ledger.execute("create table if not exists entry (number integer primary key, text not null)")
    held = check(ledger)
    print(f"journal {mode}, holds {held}")
    for number in range(held + 1, held + wanted + 1):
        ledger.execute("begin immediate")
        ledger.execute("insert into entry values (?, ?)", (number, text(number)))
        ledger.execute("commit")
        print(f"durable {number}")
    ledger.close()


main(os.environ["JOURNAL"], int(os.environ["ENTRIES"]))
