using ChainHealth.Dashboard.Audit;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Identity;

/// <summary>How accounts come into being: by registration, which waits, or by a one-time link.</summary>
public sealed class Newcomers(
    UserManager<Account> users, SetupLinks links, AuditLog audit, IHttpContextAccessor http, TimeProvider time)
{
    /// <summary>With this many accounts waiting registration closes: nobody can fill the disk.</summary>
    public const int WaitingMax = 500;

    public async Task<IdentityResult> RegisterAsync(Registration form)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await users.Users.CountAsync(a => a.State == AccountState.Waiting) >= WaitingMax)
        {
            return Refused("Too many accounts wait for approval. Please try again later.");
        }

        string wish = Roles.Wishable.Contains(form.WishedRole) ? form.WishedRole : Roles.User;
        IdentityResult made = await users.CreateAsync(NewAccount(form, wish, AccountState.Waiting), form.Password);
        if (made.Succeeded)
        {
            await WriteAsync(form, $"wishes to be {wish}");
        }

        return made;
    }

    /// <summary>The account is created before the link is spent, so that a refused password does not cost it; who loses
    /// the race for the link loses the account again.</summary>
    public async Task<IdentityResult> CreateByLinkAsync(
        Registration form, string? token, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await links.LookAsync(token, cancellation) is not { } link)
        {
            return Refused("This link has been used or has expired.");
        }

        string role = link.Member is null ? Roles.Provider : Roles.Hospital;
        Account account = NewAccount(form, role, AccountState.Waiting);
        IdentityResult made = await users.CreateAsync(account, form.Password);
        if (!made.Succeeded)
        {
            return made;
        }

        if (!await links.RedeemAsync(token, cancellation))
        {
            await users.DeleteAsync(account);
            return Refused("This link has been used or has expired.");
        }

        string kind = link.Member is { } member ? $"link for member {member}" : "administrator link";
        account.State = AccountState.Approved;
        account.Member = link.Member;
        account.DecidedAtUtc = account.RegisteredAtUtc;
        account.DecidedBy = kind;
        await users.UpdateAsync(account);
        await WriteAsync(form, $"with the {kind}");
        return await users.AddToRoleAsync(account, role);
    }

    private static IdentityResult Refused(string text) =>
        IdentityResult.Failed(new IdentityError { Code = "Refused", Description = text });

    private Task WriteAsync(Registration form, string how) => audit.WriteAsync(
        form.UserName.Trim(), "", AuditAct.Registered, how, http.HttpContext?.Connection.RemoteIpAddress?.ToString());

    private Account NewAccount(Registration form, string wish, AccountState state) => new()
    {
        UserName = form.UserName.Trim(),
        Email = form.Email.Trim(),
        PostalAddress = form.PostalAddress.Trim(),
        Organisation = form.Organisation.Trim(),
        WishedRole = wish,
        State = state,
        LockoutEnabled = true,
        RegisteredAtUtc = time.GetUtcNow().UtcDateTime,
    };
}
