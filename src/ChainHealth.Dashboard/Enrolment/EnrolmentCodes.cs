using System.Security.Claims;
using ChainHealth.Client;
using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Dashboard.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Enrolment;

/// <summary>What came of asking for a code.</summary>
/// <param name="Code">To be shown once; null where there is none.</param>
/// <param name="Fault">Why there is none; else empty.</param>
public sealed record CodeOutcome(EnrolmentCode? Code, DateTime ExpiresAtUtc, string Fault);

/// <summary>Makes enrolment codes for hospital accounts, and tells how far each has come.</summary>
public sealed class EnrolmentCodes(
    IServiceScopeFactory scopes, IDbContextFactory<AccountsDb> databases, ChainFeed feed, AuditLog audit,
    TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>A new code; the account's unused ones end.</summary>
    public async Task<CodeOutcome> MakeAsync(ClaimsPrincipal person, string from, CancellationToken cancellation)
    {
        if (await HospitalAsync(person) is not { } account)
        {
            return new CodeOutcome(null, default, "Only an approved account of a hospital may enrol an edge server.");
        }

        await using AccountsDb db = await databases.CreateDbContextAsync(cancellation);
        EnrolmentRow? open = await db.Enrolments.AsNoTracking().FirstOrDefaultAsync(
            e => e.AccountId == account.Id && e.RegisteredAtUtc != null && e.Member == null && e.Fault == "",
            cancellation);
        if (open is not null)
        {
            return new CodeOutcome(null, default, $"‘{open.Name}’ is being enrolled; wait for the validators.");
        }

        await db.Enrolments.Where(e => e.AccountId == account.Id && e.RegisteredAtUtc == null)
            .ExecuteDeleteAsync(cancellation);
        EnrolmentCode code = EnrolmentCode.Make();
        var row = new EnrolmentRow
        {
            AccountId = account.Id, CodeHash = code.Hash().ToString(), MadeAtUtc = Now, ExpiresAtUtc = Now + Lifetime,
        };
        db.Enrolments.Add(row);
        await db.SaveChangesAsync(cancellation);
        await audit.WriteAsync(person, AuditAct.EnrolmentCodeMade, "own account", from);
        return new CodeOutcome(code, row.ExpiresAtUtc, "");
    }

    /// <summary>The person's newest enrolment; null where there is none.</summary>
    public async Task<EnrolmentState?> OfAsync(ClaimsPrincipal person, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(person);
        string? id = person.FindFirstValue(ClaimTypes.NameIdentifier);
        await using AccountsDb db = await databases.CreateDbContextAsync(cancellation);
        EnrolmentRow? row = await db.Enrolments.AsNoTracking().Where(e => e.AccountId == id)
            .OrderByDescending(e => e.Id).FirstOrDefaultAsync(cancellation);
        return row is null ? null : EnrolmentState.Of(row, feed.Now);
    }

    /// <summary>Asks the database, not the page, whether the person still may.</summary>
    private async Task<Account?> HospitalAsync(ClaimsPrincipal person)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        UserManager<Account> users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        return await users.GetUserAsync(person) is { State: AccountState.Approved } account
            && await users.IsInRoleAsync(account, Roles.Hospital) ? account : null;
    }
}
