using ChainHealth.Dashboard.Audit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Tests;

/// <summary>The records database, with its triggers, in memory. It lives as long as this does.</summary>
public sealed class MemoryRecords : IDbContextFactory<RecordsDb>, IDisposable
{
    private readonly SqliteConnection _open;

    public MemoryRecords()
    {
        Connection = $"Data Source=records-{Guid.NewGuid():n};Mode=Memory;Cache=Shared";
        _open = new SqliteConnection(Connection);
        _open.Open();
        using RecordsDb db = CreateDbContext();
        db.Database.Migrate();
    }

    public string Connection { get; }

    public RecordsDb CreateDbContext() =>
        new(new DbContextOptionsBuilder<RecordsDb>().UseSqlite(Connection).Options);

    public void Dispose() => _open.Dispose();
}
