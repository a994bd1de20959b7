using Microsoft.AspNetCore.Identity;

namespace ChainHealth.Dashboard.Identity;

public enum AccountState
{
    /// <summary>Registered; nobody has decided yet.</summary>
    Waiting = 0,
    Approved = 1,
    Refused = 2,

    /// <summary>Was approved; shut out by the provider.</summary>
    Locked = 3,
}

/// <summary>A person who uses the dashboard. Only an approved account can log in.</summary>
public sealed class Account : IdentityUser
{
    public const int NameMax = 64;
    public const int EmailMax = 254;
    public const int AddressMax = 300;
    public const int OrganisationMax = 120;
    public const int ReasonMax = 300;

    public string Organisation { get; set; } = "";

    public string PostalAddress { get; set; } = "";

    /// <summary>The role asked for at registration; the role in force is the one that the provider gave.</summary>
    public string WishedRole { get; set; } = Roles.User;

    public AccountState State { get; set; }

    /// <summary>Told to the person when the account is refused or locked.</summary>
    public string DecisionReason { get; set; } = "";

    /// <summary>Number of the member that this account acts for: tied by enrolment, never by a name. Null for none.
    /// </summary>
    public long? Member { get; set; }

    public DateTime RegisteredAtUtc { get; set; }

    public DateTime? DecidedAtUtc { get; set; }

    public string? DecidedBy { get; set; }
}
