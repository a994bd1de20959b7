using System.Security.Claims;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Identity;

/// <summary>Which hospital an account belongs to: the member that bears its organisation's name.</summary>
public sealed class OwnHospital(IDbContextFactory<AccountsDb> accounts)
{
    /// <summary>Empty where there is none.</summary>
    public async Task<string> OrganisationAsync(ClaimsPrincipal user, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(user);
        string? id = user.FindFirstValue(ClaimTypes.NameIdentifier);
        await using AccountsDb db = await accounts.CreateDbContextAsync(cancellation);
        return await db.Users.Where(a => a.Id == id).Select(a => a.Organisation).FirstOrDefaultAsync(cancellation)
            ?? "";
    }
}
