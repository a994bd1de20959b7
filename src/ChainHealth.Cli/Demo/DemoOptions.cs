using System.Collections.Immutable;

namespace ChainHealth.Cli;

/// <summary>What a demo shall be.</summary>
/// <param name="DataFolder">Where data sets lie; null = where the edge server looks by itself.</param>
/// <param name="Model">Name of the network; null = the edge server's choice for the data set.</param>
/// <param name="Alpha">Of the Dirichlet split among hospitals, or "iid".</param>
/// <param name="Attacks">The last hospitals attack, in this order from the end.</param>
/// <param name="Checks">What updates must pass, under SMPC, before they count; "none" adds up what comes.</param>
/// <param name="Headless">No dashboard; end after the run.</param>
/// <param name="JsonFile">Where the report goes; "-" = standard output.</param>
/// <param name="Port">Of the dashboard; null = 5080 or the next that is free.</param>
/// <param name="WorkFolder">Null = a temporary folder.</param>
public sealed record DemoOptions(
    string Dataset, string? DataFolder, string? Model, int Hospitals, int Validators, int Rounds, string Alpha,
    ImmutableArray<AttackSpec> Attacks, string Checks, bool Headless, string? JsonFile, ulong Seed, int? Port,
    string? WorkFolder, bool Keep)
{
    public const int PortDefault = 5080;

    public const string AllChecks = "all";
    public const string NoChecks = "none";

    public bool Check => Checks != NoChecks;

    public int Attackers => Attacks.Sum(a => a.Count);

    /// <summary>The kind of attack that hospital <paramref name="number"/> (from 1) simulates, or null. The last
    /// hospitals attack.</summary>
    public string? AttackOf(int number)
    {
        int last = Hospitals;
        foreach (AttackSpec attack in Attacks)
        {
            if (number <= last && number > last - attack.Count)
            {
                return attack.Kind;
            }

            last -= attack.Count;
        }

        return null;
    }
}
