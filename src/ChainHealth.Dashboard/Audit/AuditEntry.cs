using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChainHealth.Dashboard.Audit;

/// <summary>One line of the audit log: who did what, when, to what, from where. Never changed; each line's hash covers
/// the line before it.</summary>
public sealed class AuditEntry
{
    public const int ActorMax = 64;
    public const int SubjectMax = 300;
    public const int FromMax = 64;

    /// <summary>1, 2, 3, ... without a gap.</summary>
    public long Sequence { get; set; }

    /// <summary>Whole milliseconds, UTC.</summary>
    public DateTime AtUtc { get; set; }

    /// <summary>User name as it was then; empty where nobody was logged in.</summary>
    public string Actor { get; set; } = "";

    public string Role { get; set; } = "";

    public AuditAct Act { get; set; }

    /// <summary>What it was done to, in words; no personal data beyond names of accounts.</summary>
    public string Subject { get; set; } = "";

    /// <summary>Network address of the browser.</summary>
    public string From { get; set; } = "";

    /// <summary>Lower-case hexadecimal SHA-256 of this line after the hash of the line before.</summary>
    public string Hash { get; set; } = "";

    /// <summary>What stands before the first line.</summary>
    public static string Start { get; } = new('0', 64);

    /// <summary>SHA-256 over the hash before and the fields, each with its length in bytes before it, so that no two
    /// lines have the same bytes.</summary>
    public string HashAfter(string before)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] fields =
        [
            "chainhealth audit line 1", before, Sequence.ToString(CultureInfo.InvariantCulture),
            AtUtc.Ticks.ToString(CultureInfo.InvariantCulture), Actor, Role, Act.ToString(), Subject, From,
        ];
        foreach (string field in fields)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(field);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>What is written down.</summary>
public enum AuditAct
{
    LoggedIn = 1,
    LogInFailed = 2,
    LoggedOut = 3,
    Registered = 4,
    Approved = 5,
    Refused = 6,
    Locked = 7,
    RoleChanged = 8,
    PasswordChanged = 9,
    TwoFactorOn = 10,
    TwoFactorOff = 11,
    RecoveryCodesMade = 12,
    AccountsViewed = 13,
    ProfileViewed = 14,
    AuditViewed = 15,
    Predicted = 16,
    PredictionViewed = 17,
    Downloaded = 18,
    TrainingStarted = 19,
    TrainingStopped = 20,
    DatasetAnchored = 21,
    AuditAnchored = 22,
    EnrolmentCodeMade = 23,
    EdgeServerEnrolled = 24,
    PlanApproved = 25,
}
