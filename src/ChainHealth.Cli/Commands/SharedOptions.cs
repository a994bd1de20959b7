using System.CommandLine;
using ChainHealth.Client;

namespace ChainHealth.Cli;

/// <summary>Options that several commands have, spelled and explained alike.</summary>
public static class SharedOptions
{
    public const string NetworkVariable = "CHAINHEALTH_NETWORK";

    public static Option<string> Network() => new("--network")
    {
        Description = $"Folder of the network (or the variable {NetworkVariable}).",
        HelpName = "DIR",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(NetworkVariable) ?? "",
    };

    public static Option<string> Member() => new("--member")
    {
        Description = "Whose keys to use.",
        HelpName = "NAME",
        DefaultValueFactory = _ => MemberNames.Operator,
    };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    public static Option<int> Number(string name, string description, int value) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => value,
    };

    /// <exception cref="UserError">The option's value lies outside of the range; names both.</exception>
    public static int Range(ParseResult parsed, Option<int> option, int min, int max)
    {
        int value = parsed.GetValue(option);
        return value >= min && value <= max
            ? value : throw new UserError($"{option.Name} {value} is out of range", $"give {min} to {max}");
    }

    /// <exception cref="UserError">No folder was given, or it holds no network.</exception>
    public static string RequireNetwork(string folder)
    {
        const string next = "give a network's folder with --network DIR, or make one: chainhealth network init DIR";
        if (folder.Length == 0)
        {
            throw new UserError("no network was named", next);
        }

        return File.Exists(new NetworkFolder(folder).GenesisFile)
            ? folder
            : throw new UserError($"{folder} holds no network (there is no genesis.bin)", next);
    }
}
