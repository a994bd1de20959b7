using System.Security.Cryptography;
using System.Text;
using ChainHealth.Primitives;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Identity;

/// <summary>Makes and redeems one-time links: 256 random bits, valid for a day, once.</summary>
public sealed class SetupLinks(IDbContextFactory<AccountsDb> databases, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const int TokenBytes = 32;

    /// <summary>A new token where the dashboard has no administrator yet, else null. Older links end.</summary>
    public async Task<string?> IssueAsync(CancellationToken cancellation)
    {
        await using AccountsDb db = await databases.CreateDbContextAsync(cancellation);
        if (await HasAdministratorAsync(db, cancellation))
        {
            return null;
        }

        return await MakeAsync(db, null, cancellation);
    }

    /// <summary>For the first account of a hospital that is a member already; null where one is tied to it. Whoever
    /// starts the dashboard hands it to the hospital.</summary>
    public async Task<string?> IssueForAsync(MemberId hospital, CancellationToken cancellation)
    {
        await using AccountsDb db = await databases.CreateDbContextAsync(cancellation);
        long number = hospital.Value;
        return await db.Users.AnyAsync(a => a.Member == number, cancellation)
            ? null : await MakeAsync(db, number, cancellation);
    }

    /// <summary>Null where the link is unknown, used or expired.</summary>
    public async Task<SetupLink?> LookAsync(string? token, CancellationToken cancellation)
    {
        await using AccountsDb db = await databases.CreateDbContextAsync(cancellation);
        return await FindAsync(db, token, cancellation);
    }

    /// <summary>Uses the link up. False where it is unknown, used or expired; of two at once one wins.</summary>
    public async Task<bool> RedeemAsync(string? token, CancellationToken cancellation)
    {
        await using AccountsDb db = await databases.CreateDbContextAsync(cancellation);
        SetupLink? link = await FindAsync(db, token, cancellation);
        return link is not null
            && await db.SetupLinks.Where(l => l.Id == link.Id).ExecuteDeleteAsync(cancellation) == 1;
    }

    private async Task<string> MakeAsync(AccountsDb db, long? member, CancellationToken cancellation)
    {
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        await db.SetupLinks.Where(l => l.Member == member).ExecuteDeleteAsync(cancellation);
        db.SetupLinks.Add(
            new SetupLink { TokenHash = HashOf(token), ExpiresAtUtc = Now + Lifetime, Member = member });
        await db.SaveChangesAsync(cancellation);
        return token;
    }

    private static string HashOf(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    private static Task<bool> HasAdministratorAsync(AccountsDb db, CancellationToken cancellation) =>
        (from membership in db.UserRoles
         join role in db.Roles on membership.RoleId equals role.Id
         where role.Name == Roles.Provider
         select membership).AnyAsync(cancellation);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<SetupLink?> FindAsync(AccountsDb db, string? token, CancellationToken cancellation)
    {
        if (token is not { Length: TokenBytes * 2 })
        {
            return null;
        }

        byte[] asked = Encoding.ASCII.GetBytes(HashOf(token));
        DateTime now = Now;
        List<SetupLink> open = await db.SetupLinks.AsNoTracking().ToListAsync(cancellation);
        return open.FirstOrDefault(l => l.ExpiresAtUtc > now
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(l.TokenHash), asked));
    }
}
