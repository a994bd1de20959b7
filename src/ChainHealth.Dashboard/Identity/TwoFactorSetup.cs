using System.Security.Claims;
using System.Text;
using ChainHealth.Dashboard.Audit;
using Microsoft.AspNetCore.Identity;
using QRCoder;

namespace ChainHealth.Dashboard.Identity;

/// <summary>How it stands with a person's second factor.</summary>
/// <param name="Key">The shared key in groups of four, while it is off; else empty.</param>
/// <param name="QrSvg">The same as the picture that authenticator apps scan.</param>
public sealed record TwoFactorState(bool On, int CodesLeft, string Key, string QrSvg)
{
    /// <summary>Never shows the key.</summary>
    public override string ToString() => $"two-factor {(On ? "on" : "off")}";
}

/// <param name="Codes">New recovery codes, shown this once.</param>
public sealed record TwoFactorAnswer(string? Fault, IReadOnlyList<string>? Codes)
{
    public override string ToString() => Fault ?? "done";
}

/// <summary>Switching the second factor on and off (time-based one-time passwords, RFC 6238).</summary>
public sealed class TwoFactorSetup(
    UserManager<Account> users, IUserStore<Account> store, SignInManager<Account> signIn, AuditLog audit)
{
    public const int RecoveryCodes = 10;

    private const string Issuer = "ChainHealth";
    private const int PixelsPerModule = 5;

    public async Task<TwoFactorState?> StateAsync(ClaimsPrincipal person)
    {
        if (await users.GetUserAsync(person) is not { } account)
        {
            return null;
        }

        if (await users.GetTwoFactorEnabledAsync(account))
        {
            return new TwoFactorState(true, await users.CountRecoveryCodesAsync(account), "", "");
        }

        string? key = await users.GetAuthenticatorKeyAsync(account);
        if (string.IsNullOrEmpty(key))
        {
            // Past the user manager, which would end the person's other sessions for a look at this page.
            key = users.GenerateNewAuthenticatorKey();
            await ((IUserAuthenticatorKeyStore<Account>)store).SetAuthenticatorKeyAsync(
                account, key, CancellationToken.None);
            await users.UpdateAsync(account);
        }

        return new TwoFactorState(false, 0, InGroups(key!), Qr(account.UserName!, key!));
    }

    public async Task<TwoFactorAnswer> SwitchOnAsync(HttpContext http, string code)
    {
        if (await users.GetUserAsync(http.User) is not { } account)
        {
            return new TwoFactorAnswer("Log in again.", null);
        }

        string digits = new([.. code.Where(char.IsAsciiDigit)]);
        if (!await users.VerifyTwoFactorTokenAsync(
            account, users.Options.Tokens.AuthenticatorTokenProvider, digits))
        {
            return new TwoFactorAnswer(
                "This code does not fit the key. Look whether the phone's clock is right, and take the newest code.",
                null);
        }

        await users.SetTwoFactorEnabledAsync(account, true);
        return await NewCodesAsync(http, account, AuditAct.TwoFactorOn);
    }

    public async Task<TwoFactorAnswer> RenewCodesAsync(HttpContext http) =>
        await users.GetUserAsync(http.User) is { TwoFactorEnabled: true } account
            ? await NewCodesAsync(http, account, AuditAct.RecoveryCodesMade)
            : new TwoFactorAnswer("Two-factor log-in is off.", null);

    /// <summary>Wants the password: an unattended open page is not enough.</summary>
    public async Task<TwoFactorAnswer> SwitchOffAsync(HttpContext http, string password)
    {
        if (await users.GetUserAsync(http.User) is not { } account)
        {
            return new TwoFactorAnswer("Log in again.", null);
        }

        if (!await users.CheckPasswordAsync(account, password))
        {
            await users.AccessFailedAsync(account);
            return new TwoFactorAnswer("The password is wrong.", null);
        }

        await users.SetTwoFactorEnabledAsync(account, false);
        await users.ResetAuthenticatorKeyAsync(account);
        await signIn.RefreshSignInAsync(account);
        await WriteAsync(http, AuditAct.TwoFactorOff);
        return new TwoFactorAnswer(null, null);
    }

    private async Task<TwoFactorAnswer> NewCodesAsync(HttpContext http, Account account, AuditAct act)
    {
        IEnumerable<string>? codes = await users.GenerateNewTwoFactorRecoveryCodesAsync(account, RecoveryCodes);
        await signIn.RefreshSignInAsync(account);
        await WriteAsync(http, act);
        return new TwoFactorAnswer(null, [.. codes ?? []]);
    }

    private Task WriteAsync(HttpContext http, AuditAct act) =>
        audit.WriteAsync(http.User, act, "own account", http.Connection.RemoteIpAddress?.ToString());

    private static string InGroups(string key)
    {
        var text = new StringBuilder();
        for (int i = 0; i < key.Length; i++)
        {
            text.Append(i > 0 && i % 4 == 0 ? " " : "").Append(char.ToLowerInvariant(key[i]));
        }

        return text.ToString();
    }

    private static string Qr(string userName, string key)
    {
        string uri = $"otpauth://totp/{Issuer}:{Uri.EscapeDataString(userName)}?secret={key}&issuer={Issuer}&digits=6";
        using QRCodeData modules = QRCodeGenerator.GenerateQrCode(uri, QRCodeGenerator.ECCLevel.M);
        using var picture = new SvgQRCode(modules);
        return picture.GetGraphic(
            PixelsPerModule, "#14212e", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
