using Microsoft.AspNetCore.Identity;

namespace ChainHealth.Dashboard.Identity;

/// <summary>Refuses passwords that contain the person's own name or a phrase that guessers try first.</summary>
public sealed class CommonPasswords : IPasswordValidator<Account>
{
    private static readonly string[] Phrases =
    [
        "password", "passwort", "qwerty", "qwertz", "azerty", "letmein", "welcome", "iloveyou", "admin", "hospital",
        "chainhealth", "1234567", "7654321", "abcdefg", "111111", "000000", "changeme", "monkey", "dragon", "football",
    ];

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password)
    {
        ArgumentNullException.ThrowIfNull(user);
        string given = password ?? "";
        if (Phrases.Any(p => given.Contains(p, StringComparison.OrdinalIgnoreCase)))
        {
            return Refuse("PasswordTooCommon", "This password contains a phrase that is tried first by guessers.");
        }

        return user.UserName is { Length: > 2 } name && given.Contains(name, StringComparison.OrdinalIgnoreCase)
            ? Refuse("PasswordHoldsName", "The password must not contain the user name.")
            : Task.FromResult(IdentityResult.Success);
    }

    private static Task<IdentityResult> Refuse(string code, string text) =>
        Task.FromResult(IdentityResult.Failed(new IdentityError { Code = code, Description = text }));
}
