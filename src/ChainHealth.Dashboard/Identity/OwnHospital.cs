using System.Security.Claims;
using ChainHealth.Primitives;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Identity;

/// <summary>Which member an account acts for: the one that it was tied to by enrolment.</summary>
public sealed class OwnHospital(IDbContextFactory<AccountsDb> accounts)
{
    /// <summary>Null where the account is tied to none yet.</summary>
    public async Task<MemberId?> OfAsync(ClaimsPrincipal user, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(user);
        string? id = user.FindFirstValue(ClaimTypes.NameIdentifier);
        await using AccountsDb db = await accounts.CreateDbContextAsync(cancellation);
        long? member = await db.Users.Where(a => a.Id == id && a.State == AccountState.Approved)
            .Select(a => a.Member).FirstOrDefaultAsync(cancellation);
        return member is { } number ? new MemberId((uint)number) : null;
    }
}
