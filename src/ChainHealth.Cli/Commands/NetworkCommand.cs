using System.CommandLine;
using ChainHealth.Client;
using ChainHealth.Ledger;

namespace ChainHealth.Cli;

/// <summary>chainhealth network init</summary>
public static class NetworkCommand
{
    private const string InitHelp =
        """
        Create keys, genesis and folders of a new network. Nothing is started.

        Examples:
          chainhealth network init my-network --validators 4 --hospitals 5 --base-port 5100
          chainhealth network init my-network --hosts chain-nodes/hosts.txt
        """;

    public static Command Create(Terminal terminal) =>
        new("network", "Make a network, and manage its members.")
        {
            Init(terminal), NetworkMemberCommands.Members(terminal), NetworkMemberCommands.Enrol(terminal),
            NetworkMemberCommands.NewKeys(terminal), NetworkMemberCommands.Join(terminal),
            NetworkVoteCommand.Create(terminal),
        };

    private static Command Init(Terminal terminal)
    {
        var directory = new Argument<string>("DIR") { Description = "A folder that does not exist yet or is empty." };
        Option<int> validators = SharedOptions.Number("--validators", "3f+1: 4, 7, 10, ...", 4);
        Option<int> hospitals = SharedOptions.Number("--hospitals", "At least 3.", 5);
        var port = new Option<int>("--base-port")
        {
            Description = "Port of the first validator; the others follow.", HelpName = "PORT",
            DefaultValueFactory = _ => 5100,
        };
        var edgePort = new Option<int>("--edge-port")
        {
            Description = "Port of the provider's edge server; the hospitals' follow. 0 = behind the validators.",
            HelpName = "PORT",
        };
        var name = new Option<string>("--name")
        {
            Description = "Name of the network, for people.", HelpName = "NAME",
            DefaultValueFactory = _ => "chainhealth",
        };
        var hosts = new Option<string?>("--hosts")
        {
            Description = "For several machines: a list with a line 'NAME HOST:PORT' for each validator, each hospital "
                + "and the provider. It says how many there are.",
            HelpName = "FILE",
        };
        Option<bool> json = SharedOptions.Json();
        var command = new Command("init", InitHelp)
        {
            directory, validators, hospitals, port, edgePort, hosts, name, json,
        };
        command.SetAction(parsed =>
        {
            var options = new NetworkOptions
            {
                Name = parsed.GetValue(name)!,
                Validators = parsed.GetValue(validators),
                Hospitals = parsed.GetValue(hospitals),
                BasePort = parsed.GetValue(port),
                EdgePort = parsed.GetValue(edgePort),
            };
            Option? other = new Option[] { validators, hospitals, port, edgePort }
                .FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false });
            return CreateNetwork(
                terminal, parsed.GetValue(directory)!, WithHosts(options, parsed.GetValue(hosts), other),
                parsed.GetValue(json));
        });
        return command;
    }

    /// <param name="other">An option that says what the list says too; null where none was given.</param>
    private static NetworkOptions WithHosts(NetworkOptions options, string? list, Option? other) =>
        list is null ? options
        : other is null ? HostList.Apply(list, options)
        : throw new UserError($"{other.Name} and --hosts say the same", "leave one of them out");

    private static int CreateNetwork(Terminal terminal, string directory, NetworkOptions options, bool json)
    {
        DemoChecks.RequireValidators(options.Validators);
        DemoChecks.RequireHospitals(options.Hospitals);
        DemoChecks.RequirePort(options.BasePort, "--base-port");
        DemoChecks.RequirePort(options.BasePort + options.Validators - 1, "the last port after --base-port,");
        WorkFolder.RequireEmpty(directory, "chainhealth network init");
        Genesis genesis = NetworkFactory.Create(directory, options);
        if (json)
        {
            terminal.Json(new
            {
                Directory = Path.GetFullPath(directory),
                Chain = genesis.Hash().ToString(),
                Members = genesis.Members.Select(m => new
                {
                    Id = m.Id.Value,
                    m.Name,
                    Role = m.Role.ToString().ToLowerInvariant(),
                    Endpoint = m.Endpoint.Length == 0 ? null : m.Endpoint,
                }),
            });
            return ExitCode.Done;
        }

        terminal.Line($"network '{genesis.Name}' in {Path.GetFullPath(directory)}");
        terminal.Line($"chain   {genesis.Hash()}");
        terminal.Line($"members {string.Join(", ", genesis.Members.Select(m => m.Name))}");
        terminal.Line($"next:   chainhealth node --network {directory} --member {MemberNames.Validator(1)}");
        return ExitCode.Done;
    }
}
