using System.Security.Claims;
using ChainHealth.Dashboard.Audit;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Identity;

/// <summary>An account as the list shows it.</summary>
public sealed record AccountEntry(
    string Id, string UserName, string Email, string PostalAddress, string Organisation, string WishedRole,
    string? Role, AccountState State, string DecisionReason, DateTime RegisteredAtUtc, DateTime? DecidedAtUtc,
    string? DecidedBy)
{
    /// <summary>Number of the member that it is tied to; null for none.</summary>
    public long? Member { get; init; }
}

/// <summary>The provider's acts upon accounts. Each asks the database, not the page, whether the actor still may, and
/// ends the open pages of the account by changing its security stamp.</summary>
public sealed class AccountDirectory(
    IServiceScopeFactory scopes, IDbContextFactory<AccountsDb> databases, AccountNotices notices, AuditLog audit,
    TimeProvider time)
{
    public const int ListMax = 1000;

    /// <summary>Waiting first, then by name; at most <see cref="ListMax"/>.</summary>
    public async Task<IReadOnlyList<AccountEntry>> ListAsync(CancellationToken cancellation)
    {
        await using AccountsDb db = await databases.CreateDbContextAsync(cancellation);
        var rows = await (
            from account in db.Users.AsNoTracking()
            orderby account.State == AccountState.Waiting ? 0 : 1, account.NormalizedUserName
            select new
            {
                Account = account,
                Role = (from membership in db.UserRoles
                        join role in db.Roles on membership.RoleId equals role.Id
                        where membership.UserId == account.Id
                        select role.Name).FirstOrDefault(),
            }).Take(ListMax).ToListAsync(cancellation);
        return [.. rows.Select(r => Entry(r.Account, r.Role))];
    }

    public async Task<int> CountWaitingAsync(CancellationToken cancellation)
    {
        await using AccountsDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.Users.CountAsync(a => a.State == AccountState.Waiting, cancellation);
    }

    /// <summary>Null when done, else why not.</summary>
    public Task<string?> ApproveAsync(ClaimsPrincipal actor, string id, string role, string? from = null) => ActAsync(
        actor, id, from, async (users, account) =>
        {
            if (!Roles.All.Contains(role))
            {
                return new Deed(Words.RoleUnknown);
            }

            await users.RemoveFromRolesAsync(account, await users.GetRolesAsync(account));
            await users.AddToRoleAsync(account, role);
            bool change = account.State == AccountState.Approved;
            account.State = AccountState.Approved;
            account.DecisionReason = "";
            return new Deed(
                null, change ? AuditAct.RoleChanged : AuditAct.Approved, $"{account.UserName} as {role}");
        });

    public Task<string?> RefuseAsync(ClaimsPrincipal actor, string id, string reason, string? from = null) =>
        ShutAsync(actor, id, AccountState.Refused, reason, from);

    public Task<string?> LockAsync(ClaimsPrincipal actor, string id, string reason, string? from = null) =>
        ShutAsync(actor, id, AccountState.Locked, reason, from);

    private Task<string?> ShutAsync(
        ClaimsPrincipal actor, string id, AccountState state, string reason, string? from) => ActAsync(
        actor, id, from, (_, account) =>
        {
            string text = reason.Trim();
            if (text.Length is 0 or > Account.ReasonMax)
            {
                return Task.FromResult(new Deed(Say.With(Words.ReasonWanted, Account.ReasonMax)));
            }

            account.State = state;
            account.DecisionReason = text;
            return Task.FromResult(new Deed(
                null, state == AccountState.Locked ? AuditAct.Locked : AuditAct.Refused,
                $"{account.UserName}: {text}"));
        });

    private async Task<string?> ActAsync(
        ClaimsPrincipal actor, string id, string? from, Func<UserManager<Account>, Account, Task<Deed>> act)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        UserManager<Account> users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        Account? self = await users.GetUserAsync(actor);
        if (self is not { State: AccountState.Approved } || !await users.IsInRoleAsync(self, Roles.Provider))
        {
            return Words.OnlyProvider;
        }

        if (self.Id == id)
        {
            return Words.NotOwnAccount;
        }

        Account? account = await users.FindByIdAsync(id);
        if (account is null)
        {
            return Words.AccountGone;
        }

        Deed deed = await act(users, account);
        if (deed.Fault is not null)
        {
            return deed.Fault;
        }

        account.DecidedAtUtc = time.GetUtcNow().UtcDateTime;
        account.DecidedBy = self.UserName;
        IdentityResult saved = await users.UpdateSecurityStampAsync(account);
        notices.Changed();
        if (saved.Succeeded)
        {
            await audit.WriteAsync(self.UserName!, Roles.Provider, deed.Act, deed.Subject, from);
        }

        return saved.Succeeded ? null : Words.AccountChangedMeanwhile;
    }

    /// <param name="Fault">Null when done.</param>
    private readonly record struct Deed(string? Fault, AuditAct Act = default, string Subject = "");

    private static AccountEntry Entry(Account a, string? role) => new(
        a.Id, a.UserName ?? "", a.Email ?? "", a.PostalAddress, a.Organisation, a.WishedRole, role, a.State,
        a.DecisionReason, a.RegisteredAtUtc, a.DecidedAtUtc, a.DecidedBy)
    {
        Member = a.Member,
    };
}
