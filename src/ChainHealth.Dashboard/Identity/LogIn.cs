using Microsoft.AspNetCore.Identity;

namespace ChainHealth.Dashboard.Identity;

/// <summary>Logging in. Says why an account may not come in only to someone who knows its password, and takes as long
/// for an unknown name as for a wrong password.</summary>
public sealed class LogIn(SignInManager<Account> signIn, IPasswordHasher<Account> hasher)
{
    public const string WrongText = "The user name or the password is wrong.";

    private static readonly Account Nobody = new();
    private static string? _nobodysHash;

    /// <summary>Null when logged in, else what to tell the person.</summary>
    public async Task<string?> TryAsync(string userName, string password)
    {
        Account? account = await signIn.UserManager.FindByNameAsync(userName.Trim());
        if (account is null)
        {
            _nobodysHash ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString());
            hasher.VerifyHashedPassword(Nobody, _nobodysHash, password);
            return WrongText;
        }

        SignInResult result = await signIn.PasswordSignInAsync(account, password, false, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            return null;
        }

        return result.IsLockedOut ? "Too many wrong passwords. Try again in ten minutes."
            : result.IsNotAllowed ? await ExplainAsync(account, password)
            : WrongText;
    }

    private async Task<string> ExplainAsync(Account account, string password)
    {
        SignInResult known = await signIn.UserManager.IsLockedOutAsync(account) ? SignInResult.LockedOut
            : await signIn.UserManager.CheckPasswordAsync(account, password) ? SignInResult.Success
            : SignInResult.Failed;
        if (!known.Succeeded)
        {
            await signIn.UserManager.AccessFailedAsync(account);
            return WrongText;
        }

        return account.State switch
        {
            AccountState.Refused => $"The provider refused this account: {account.DecisionReason}",
            AccountState.Locked => $"The provider locked this account: {account.DecisionReason}",
            _ => "Your account waits for the provider's approval. You can log in once it is approved.",
        };
    }
}
