using System.Globalization;

namespace ChainHealth.Client;

/// <summary>Names that a new network gives its members.</summary>
public static class MemberNames
{
    /// <summary>The provider's edge server; it contributes the validation pool.</summary>
    public const string Provider = "provider";

    /// <summary>Whoever starts runs from the command line; has the provider's role and a key of its own.</summary>
    public const string Operator = "operator";

    public const string Dashboard = "dashboard";

    /// <param name="number">From 1.</param>
    public static string Validator(int number) => "validator-" + number.ToString(CultureInfo.InvariantCulture);

    /// <param name="number">From 1.</param>
    public static string Hospital(int number) => "hospital-" + number.ToString(CultureInfo.InvariantCulture);
}
