using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Tests;

/// <summary>The dashboard's two databases in a folder of their own, at their newest schema.</summary>
public sealed class Databases : IDbContextFactory<RecordsDb>, IDbContextFactory<AccountsDb>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chainhealth-databases-").FullName;

    public Databases()
    {
        using RecordsDb records = ((IDbContextFactory<RecordsDb>)this).CreateDbContext();
        records.Database.Migrate();
        using AccountsDb accounts = ((IDbContextFactory<AccountsDb>)this).CreateDbContext();
        accounts.Database.Migrate();
    }

    RecordsDb IDbContextFactory<RecordsDb>.CreateDbContext() =>
        new(new DbContextOptionsBuilder<RecordsDb>().UseSqlite(At("records.db")).Options);

    AccountsDb IDbContextFactory<AccountsDb>.CreateDbContext() =>
        new(new DbContextOptionsBuilder<AccountsDb>().UseSqlite(At("dashboard.db")).Options);

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private string At(string file) => $"Data Source={Path.Combine(_folder, file)}";
}
