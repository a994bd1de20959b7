using System.Globalization;
using ChainHealth.Dashboard.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Downloads;

/// <summary>A consistent copy of the accounts database, taken while it is in use. It holds password hashes: keep it as
/// you keep keys. The chain needs no backup of this kind; every validator holds it.</summary>
public static class AccountsBackup
{
    public static async Task<IResult> FileAsync(
        IDbContextFactory<AccountsDb> accounts, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        ArgumentNullException.ThrowIfNull(time);
        string copy = Path.Combine(Path.GetTempPath(), $"chainhealth-{Guid.NewGuid():n}.db");
        await using (AccountsDb db = await accounts.CreateDbContextAsync(cancellation))
        {
            await using var target = new SqliteConnection($"Data Source={copy};Pooling=False");
            await db.Database.OpenConnectionAsync(cancellation);
            await target.OpenAsync(cancellation);
            ((SqliteConnection)db.Database.GetDbConnection()).BackupDatabase(target);
        }

        string name = $"accounts-{time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.db";
        var stream = new FileStream(
            copy, FileMode.Open, FileAccess.Read, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
        return Results.File(stream, "application/vnd.sqlite3", name);
    }
}
