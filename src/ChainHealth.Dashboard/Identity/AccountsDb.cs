using ChainHealth.Dashboard.Enrolment;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Identity;

/// <summary>The dashboard's own database: accounts, one-time links and codes. Nothing of the chain is kept
/// here.</summary>
public sealed class AccountsDb(DbContextOptions<AccountsDb> options)
    : IdentityDbContext<Account, IdentityRole, string>(options)
{
    public DbSet<SetupLink> SetupLinks => Set<SetupLink>();

    public DbSet<EnrolmentRow> Enrolments => Set<EnrolmentRow>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        base.OnModelCreating(builder);
        builder.Entity<Account>(account =>
        {
            account.Property(a => a.UserName).HasMaxLength(Account.NameMax);
            account.Property(a => a.Email).HasMaxLength(Account.EmailMax);
            account.Property(a => a.Organisation).HasMaxLength(Account.OrganisationMax);
            account.Property(a => a.PostalAddress).HasMaxLength(Account.AddressMax);
            account.Property(a => a.DecisionReason).HasMaxLength(Account.ReasonMax);
            account.Property(a => a.WishedRole).HasMaxLength(32);
            account.HasIndex(a => a.State);
        });
        builder.Entity<SetupLink>(link =>
        {
            link.HasKey(l => l.Id);
            link.Property(l => l.TokenHash).HasMaxLength(64);
        });
        builder.Entity<EnrolmentRow>(row =>
        {
            row.HasKey(e => e.Id);
            row.Property(e => e.CodeHash).HasMaxLength(64);
            row.HasIndex(e => e.CodeHash).IsUnique();
            row.HasIndex(e => e.AccountId);
        });
    }
}
