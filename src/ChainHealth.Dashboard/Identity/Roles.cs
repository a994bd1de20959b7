namespace ChainHealth.Dashboard.Identity;

/// <summary>The four roles and the groups of them that pages ask for.</summary>
public static class Roles
{
    /// <summary>Runs the federation's dashboard; also its administrator.</summary>
    public const string Provider = "Provider";
    public const string Hospital = "Hospital";
    public const string User = "User";
    public const string Auditor = "Auditor";

    /// <summary>Rounds and the explorer.</summary>
    public const string MayWatch = Provider + "," + Hospital + "," + Auditor;

    /// <summary>Data sets; a hospital sees its own.</summary>
    public const string MaySeeData = Provider + "," + Hospital;

    /// <summary>The list of accounts; only the provider may change it.</summary>
    public const string MaySeeAccounts = Provider + "," + Auditor;

    /// <summary>Asks for predictions.</summary>
    public const string MayPredict = Provider + "," + Hospital + "," + User;

    /// <summary>The audit log; a hospital sees its own lines.</summary>
    public const string MaySeeAudit = Provider + "," + Hospital + "," + Auditor;

    public static IReadOnlyList<string> All { get; } = [Provider, Hospital, User, Auditor];

    /// <summary>Roles that a newcomer may ask for. A provider is made by another provider.</summary>
    public static IReadOnlyList<string> Wishable { get; } = [Hospital, User, Auditor];

    public static string Explain(string role) => role switch
    {
        Provider => "starts training, authorises accounts",
        Hospital => "watches rounds and verdicts",
        Auditor => "reads the chain and the account list",
        User => "uses the finished model",
        _ => "",
    };
}
