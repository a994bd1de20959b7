namespace ChainHealth.Dashboard.Identity;

/// <summary>The one-time right to create the first administrator, or an account of a hospital that is a member already.
/// The token itself is printed once and never stored.</summary>
public sealed class SetupLink
{
    public int Id { get; set; }

    /// <summary>SHA-256 of the token, hexadecimal.</summary>
    public required string TokenHash { get; set; }

    public DateTime ExpiresAtUtc { get; set; }

    /// <summary>Number of the member that the account will be tied to; null = the administrator's link.</summary>
    public long? Member { get; set; }
}
