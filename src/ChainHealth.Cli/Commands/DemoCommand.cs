using System.Collections.Immutable;
using System.CommandLine;

namespace ChainHealth.Cli;

/// <summary>chainhealth demo</summary>
public static class DemoCommand
{
    private const string Help =
        """
        Run a whole network on this machine: validators, edge servers of the hospitals and of the provider, dashboard.

        Examples:
          chainhealth demo
          chainhealth demo --headless --json report.json
          chainhealth demo --dataset pneumoniamnist --model strided --attack label-flip:1
          chainhealth demo --hospitals 8 --alpha 0.5 --attack sign-flip:1 --attack gaussian:1 --no-check
        """;

    public static Command Create(Terminal terminal)
    {
        var options = new DemoCommandOptions();
        var command = new Command("demo", Help);
        foreach (Option option in options.All())
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) =>
            new DemoRun(terminal, options.Read(parsed)).RunAsync(cancellation));
        return command;
    }
}

/// <summary>The options of the demo and how they are read.</summary>
public sealed class DemoCommandOptions
{
    private readonly Option<string> _dataset = new("--dataset")
    {
        Description = "Data set; see 'chainhealth dataset list'.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "wdbc",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder with data sets that are not built in.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _model = new("--model")
    {
        Description = "Network: mlp, conv1d, lenet or strided. By default what suits the data set.",
        HelpName = "NAME",
    };

    private readonly Option<int> _hospitals =
        SharedOptions.Number("--hospitals", "Number of hospitals, at least 3.", 5);

    private readonly Option<int> _validators =
        SharedOptions.Number("--validators", "Number of validators: 3f+1, so 4, 7, 10, ...", 4);

    private readonly Option<int> _rounds =
        SharedOptions.Number("--rounds", "Rounds of training.", 3);

    private readonly Option<string> _alpha = new("--alpha")
    {
        Description = "How unevenly the classes are spread: a Dirichlet parameter, small is uneven, or iid.",
        HelpName = "A|iid",
        DefaultValueFactory = _ => "iid",
    };

    private readonly Option<string[]> _attack = new("--attack")
    {
        Description = "The last COUNT hospitals attack, for instance label-flip:1. May be repeated.",
        HelpName = "KIND:COUNT",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _checks = new("--checks")
    {
        Description = "What updates must pass: all, or names with a plus between (accuracy, recall, norm, cosine, "
            + "duplicates, aggregate).",
        HelpName = "NAMES",
        DefaultValueFactory = _ => DemoOptions.AllChecks,
    };

    private readonly Option<bool> _noCheck = new("--no-check")
    {
        Description = "Add updates up without the encrypted check, to see what it is worth; as --checks none.",
    };

    private readonly Option<bool> _headless = new("--headless")
    {
        Description = "No dashboard; end when the run has ended.",
    };

    private readonly Option<string?> _json = new("--json")
    {
        Description = "Write a report to this file; - is standard output.",
        HelpName = "FILE",
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Of the first model, the split of the data and the training.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int?> _port = new("--port")
    {
        Description = $"Of the dashboard. By default {DemoOptions.PortDefault}, or the next one that is free.",
        HelpName = "PORT",
    };

    private readonly Option<string?> _work = new("--work")
    {
        Description = "Work in this new folder and keep it. By default a temporary one.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _keep = new("--keep") { Description = "Keep the temporary folder." };

    public IEnumerable<Option> All() =>
    [
        _dataset, _data, _model, _hospitals, _validators, _rounds, _alpha, _attack, _checks, _noCheck, _headless, _json,
        _seed, _port, _work, _keep,
    ];

    /// <exception cref="UserError">An attack is not KIND:COUNT, or the options contradict each other.</exception>
    public DemoOptions Read(ParseResult parsed) => new(
        parsed.GetValue(_dataset)!, parsed.GetValue(_data), parsed.GetValue(_model), parsed.GetValue(_hospitals),
        parsed.GetValue(_validators), parsed.GetValue(_rounds), parsed.GetValue(_alpha)!,
        ReadAttacks(parsed.GetValue(_attack) ?? []), ReadChecks(parsed),
        parsed.GetValue(_headless),
        parsed.GetValue(_json), parsed.GetValue(_seed), parsed.GetValue(_port), parsed.GetValue(_work),
        parsed.GetValue(_keep));

    private string ReadChecks(ParseResult parsed)
    {
        string checks = parsed.GetValue(_checks)!;
        return !parsed.GetValue(_noCheck) ? checks
            : checks is DemoOptions.AllChecks or DemoOptions.NoChecks ? DemoOptions.NoChecks
            : throw new UserError($"--no-check contradicts --checks {checks}", "give one of the two");
    }

    private static ImmutableArray<AttackSpec> ReadAttacks(string[] texts) =>
    [
        .. texts.Select(text => AttackSpec.TryParse(text, out string? fault)
            ?? throw new UserError(fault!, "give for instance --attack label-flip:1")),
    ];
}
