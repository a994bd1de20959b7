using ChainHealth.Dashboard.Audit;
using Microsoft.AspNetCore.Identity;

namespace ChainHealth.Dashboard.Identity;

/// <summary>How an attempt to log in ended.</summary>
/// <param name="Fault">What to tell the person; null where the password was right.</param>
/// <param name="CodeWanted">The second factor is still due.</param>
public readonly record struct LogInOutcome(string? Fault, bool CodeWanted);

/// <summary>Logging in. Says why an account may not come in only to someone who knows its password, and takes as long
/// for an unknown name as for a wrong password.</summary>
public sealed class LogIn(
    SignInManager<Account> signIn, IPasswordHasher<Account> hasher, AuditLog audit, IHttpContextAccessor http)
{
    private static readonly Account Nobody = new();
    private static string? _nobodysHash;

    public async Task<LogInOutcome> TryAsync(string userName, string password)
    {
        LogInOutcome outcome = await PasswordAsync(userName, password);
        if (!outcome.CodeWanted)
        {
            await WriteAsync(userName.Trim(), outcome.Fault, "password");
        }

        return outcome;
    }

    /// <summary>The second step: six digits of the authenticator, or one of the recovery codes, which is then used up.
    /// </summary>
    /// <returns>Null when logged in, else what to tell the person.</returns>
    public async Task<string?> TryCodeAsync(string code, bool recovery)
    {
        Account? account = await signIn.GetTwoFactorAuthenticationUserAsync();
        if (account is null)
        {
            return Words.LogInAgain;
        }

        string plain = code.Replace(" ", "", StringComparison.Ordinal);
        SignInResult result = recovery
            ? await signIn.TwoFactorRecoveryCodeSignInAsync(plain)
            : await signIn.TwoFactorAuthenticatorSignInAsync(
                plain.Replace("-", "", StringComparison.Ordinal), isPersistent: false, rememberClient: false);
        if (recovery && !result.Succeeded)
        {
            await signIn.UserManager.AccessFailedAsync(account);
        }

        string? fault = result.Succeeded ? null : result.IsLockedOut ? Words.TooManyAttempts : Words.WrongCode;
        await WriteAsync(account.UserName!, fault, recovery ? "password and recovery code" : "password and code");
        return fault;
    }

    private Task WriteAsync(string userName, string? fault, string means) => audit.WriteAsync(
        userName, "", fault is null ? AuditAct.LoggedIn : AuditAct.LogInFailed,
        fault is null ? $"with {means}" : $"{means} refused", http.HttpContext?.Connection.RemoteIpAddress?.ToString());

    private async Task<LogInOutcome> PasswordAsync(string userName, string password)
    {
        Account? account = await signIn.UserManager.FindByNameAsync(userName.Trim());
        if (account is null)
        {
            _nobodysHash ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString());
            hasher.VerifyHashedPassword(Nobody, _nobodysHash, password);
            return new(Words.WrongLogIn, false);
        }

        SignInResult result = await signIn.PasswordSignInAsync(account, password, false, lockoutOnFailure: true);
        if (result.Succeeded || result.RequiresTwoFactor)
        {
            return new(null, result.RequiresTwoFactor);
        }

        return new(
            result.IsLockedOut ? Words.TooManyPasswords
                : result.IsNotAllowed ? await ExplainAsync(account, password)
                : Words.WrongLogIn,
            false);
    }

    private async Task<string> ExplainAsync(Account account, string password)
    {
        SignInResult known = await signIn.UserManager.IsLockedOutAsync(account) ? SignInResult.LockedOut
            : await signIn.UserManager.CheckPasswordAsync(account, password) ? SignInResult.Success
            : SignInResult.Failed;
        if (!known.Succeeded)
        {
            await signIn.UserManager.AccessFailedAsync(account);
            return Words.WrongLogIn;
        }

        return account.State switch
        {
            AccountState.Refused => Say.With(Words.AccountRefused, account.DecisionReason),
            AccountState.Locked => Say.With(Words.AccountLocked, account.DecisionReason),
            _ => Words.AccountWaits,
        };
    }
}
