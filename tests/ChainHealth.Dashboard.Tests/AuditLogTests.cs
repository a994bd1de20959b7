using ChainHealth.Dashboard.Audit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Tests;

public sealed class AuditLogTests : IDbContextFactory<RecordsDb>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chainhealth-audit-").FullName;
    private readonly AuditLog _log;

    public AuditLogTests() => _log = new AuditLog(this, TimeProvider.System);

    private string Connection => $"Data Source={Path.Combine(_folder, "records.db")}";

    public RecordsDb CreateDbContext() =>
        new(new DbContextOptionsBuilder<RecordsDb>().UseSqlite(Connection).Options);

    public async Task InitializeAsync()
    {
        await using RecordsDb db = CreateDbContext();
        await db.Database.MigrateAsync();
        for (int i = 1; i <= 5; i++)
        {
            await _log.WriteAsync("paula", "Provider", AuditAct.Approved, $"person {i} as User", "127.0.0.1");
        }
    }

    public Task DisposeAsync()
    {
        _log.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_untouched_log_matches_its_anchors()
    {
        AuditState before = await CheckAsync();
        await _log.WriteAsync("", "", AuditAct.LogInFailed, "password refused", "10.0.0.9");
        AuditState state = await CheckAsync(new AnchoredHead(5, before.Head));

        Assert.True(state.Intact);
        Assert.Equal((6, 5), (state.Lines, state.AnchoredLines));
        Assert.NotEqual(before.Head, state.Head);
    }

    [Theory]
    [InlineData("UPDATE Audit SET Subject = 'nobody' WHERE Sequence = 3")]
    [InlineData("DELETE FROM Audit WHERE Sequence = 3")]
    public async Task The_database_refuses_to_change_a_line(string sql)
    {
        SqliteException fault = await Assert.ThrowsAsync<SqliteException>(() => RunAsync(sql));

        Assert.Contains("only added to", fault.Message, StringComparison.Ordinal);
        Assert.True((await CheckAsync()).Intact);
    }

    [Theory]
    [InlineData("UPDATE Audit SET Subject = 'nobody' WHERE Sequence = 3", 3)]
    [InlineData("UPDATE Audit SET Actor = 'hanna' WHERE Sequence = 1", 1)]
    [InlineData("DELETE FROM Audit WHERE Sequence = 2", 2)]
    public async Task A_line_that_was_changed_behind_the_dashboard_is_named(string sql, long line)
    {
        await TamperAsync(sql);

        AuditState state = await CheckAsync();

        Assert.Equal((line, false), (state.FirstBroken!.Value, state.Intact));
    }

    [Fact]
    public async Task Whoever_rewrites_every_hash_still_differs_from_the_anchor()
    {
        string anchored = (await CheckAsync()).Head;
        await TamperAsync("UPDATE Audit SET Subject = 'nobody' WHERE Sequence = 3");
        string before = AuditEntry.Start;
        await using (RecordsDb db = CreateDbContext())
        {
            foreach (AuditEntry entry in await db.Audit.OrderBy(e => e.Sequence).ToListAsync())
            {
                before = entry.Hash = entry.HashAfter(before);
            }

            await db.SaveChangesAsync();
        }

        AuditState state = await CheckAsync(new AnchoredHead(5, anchored));

        Assert.Null(state.FirstBroken);
        Assert.False(state.Intact);
    }

    [Fact]
    public async Task A_log_that_lost_its_end_no_longer_matches()
    {
        string anchored = (await CheckAsync()).Head;
        await TamperAsync("DELETE FROM Audit WHERE Sequence = 5");

        Assert.False((await CheckAsync(new AnchoredHead(5, anchored))).Intact);
    }

    [Fact]
    public async Task Lines_are_found_by_who_what_and_subject()
    {
        await _log.WriteAsync("uma", "User", AuditAct.Predicted, "1 record of wdbc, form", "::1");

        (IReadOnlyList<AuditEntry> mine, int total) = await _log.ReadAsync(
            new AuditFilter("uma", null, "", null, null), 0, 10, CancellationToken.None);
        (_, int approvals) = await _log.ReadAsync(
            new AuditFilter("", AuditAct.Approved, "person 4", null, null), 0, 10, CancellationToken.None);

        Assert.Equal(("::1", 1, 1), (mine[0].From, total, approvals));
    }

    private async Task<AuditState> CheckAsync(params AnchoredHead[] anchors) =>
        await new AuditCheck(this).RunAsync(anchors, CancellationToken.None);

    private async Task TamperAsync(string sql)
    {
        await RunAsync("DROP TRIGGER audit_refuses_update");
        await RunAsync("DROP TRIGGER audit_refuses_delete");
        await RunAsync(sql);
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = new SqliteConnection(Connection);
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
