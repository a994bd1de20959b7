using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Identity;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Tests;

public class DatabaseTests
{
    [Fact]
    public void The_migrations_of_the_accounts_say_what_the_model_says() => AssertComplete<AccountsDb>(
        o => new AccountsDb(o));

    [Fact]
    public void The_migrations_of_the_records_say_what_the_model_says() => AssertComplete<RecordsDb>(
        o => new RecordsDb(o));

    private static void AssertComplete<TDb>(Func<DbContextOptions<TDb>, TDb> make)
        where TDb : DbContext
    {
        using TDb db = make(new DbContextOptionsBuilder<TDb>().UseSqlite("Data Source=:memory:").Options);
        Assert.NotEmpty(db.Database.GetMigrations());
        Assert.False(db.Database.HasPendingModelChanges(), "add a migration: the model was changed");
    }
}
