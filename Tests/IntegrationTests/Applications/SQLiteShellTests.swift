import Foundation
import Testing

/// Debian's sqlite3 shell.
@Suite("sqlite3 in an enclave", .enabled(if: Release.isUsable, Release.need)) struct SQLiteShellTests {
    @Test("The shell makes a database, joins, sorts and checks it, as it does outside") func queries() throws {
        let script = """
            create table item (id integer primary key, name text, price real);
            with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
              insert into item select i, 'item ' || (i * 7919 % 5000), i * 1.25 from n;
            create index by_name on item(name);
            begin; update item set price = price + 1 where id % 3 = 0; rollback;
            select count(*), round(sum(price), 2), max(name) from item;
            select a.id, b.name from item a join item b on b.id = a.id + 1 order by a.name limit 5;
            pragma integrity_check;
            .tables
            """
        let enclave = try Enclave(example: "sqlite-shell")
        let inside = try enclave.run(input: Data(script.utf8))
        let outside = try Command.run(
            ["chroot", enclave.rootfs, "/usr/bin/sqlite3", "-batch", ":memory:"], input: Data(script.utf8))
        #expect(outside.status == 0 && outside.text.contains("\nok\n"))
        #expect(inside.text == outside.text, "\(inside.errors)")
        #expect(inside.status == 0)
    }
}
