using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChainHealth.Cli;

/// <summary>chainhealth bench smpc: the encrypted inference of a batch, and the same batch in the clear beside it.
/// </summary>
public static class BenchSmpcCommand
{
    private const string Help =
        """
        Time one batch through a network under the four-party protocol, and the same batch in the clear with TorchSharp.
        Prints seconds, processor seconds, bytes, exchanges, their ratio; by layer with --profile.

        Example:
          chainhealth bench smpc --model lenet --batch 128 --json
          chainhealth bench smpc --model strided --models 10 --batch 200 --repeat 3 --profile --json
        """;

    private const string AggregateHelp =
        """
        Time the sum of encrypted updates, from received shares to the hash of the new model that all four parties agree
        on.

        Example:
          chainhealth bench aggregate --hospitals 10 --parameters 1000000 --json
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static Command Create(Terminal terminal)
    {
        var model = new Option<string>("--model")
        {
            Description = "mlp, conv1d, lenet or strided.", HelpName = "NAME", DefaultValueFactory = _ => "lenet",
        };
        Option<int> batch = SharedOptions.Number("--batch", "Images.", 128);
        Option<int> models = SharedOptions.Number("--models", "Models at once, the global one included.", 1);
        Option<int> repeat = SharedOptions.Number("--repeat", "Checks measured.", 9);
        Option<bool> profile = new("--profile") { Description = "With the time, exchanges and bytes of each layer." };
        Option<string> parties = new("--parties")
        {
            Description = "processes (four, TLS between them) or inproc (four in one process).",
            DefaultValueFactory = _ => "processes",
        };
        parties.AcceptOnlyFromAmong("processes", "inproc");
        Option<string> checks = new("--checks")
        {
            Description = "accuracy (and recall), or all that a plan can ask for.",
            DefaultValueFactory = _ => "accuracy",
        };
        checks.AcceptOnlyFromAmong("accuracy", "all");
        Option<bool> json = SharedOptions.Json();
        var command = new Command("smpc", Help) { model, batch, models, repeat, parties, checks, profile, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            int size = SharedOptions.Range(parsed, batch, 1, 100_000);
            string[] arguments =
                ["--model", parsed.GetValue(model)!, "--batch", size.ToString(CultureInfo.InvariantCulture)];
            string[] more = ["--models", Text(parsed.GetValue(models)), "--repeat", Text(parsed.GetValue(repeat)),
                "--parties", parsed.GetValue(parties)!, "--checks", parsed.GetValue(checks)!,
                .. parsed.GetValue(profile) ? ["--profile"] : Array.Empty<string>()];
            JsonObject encrypted = await AskAsync(
                ProgramFile.Node, "bench-smpc", [.. arguments, .. more], cancellation);
            JsonObject plain = await AskAsync(ProgramFile.Edge, "bench-plain", arguments, cancellation);
            Show(terminal, encrypted, plain, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>chainhealth bench aggregate</summary>
    public static Command CreateAggregate(Terminal terminal)
    {
        Option<int> hospitals = SharedOptions.Number("--hospitals", "Updates.", 10);
        Option<int> parameters = SharedOptions.Number("--parameters", "Of each update.", 1_000_000);
        Option<int> repeat = SharedOptions.Number("--repeat", "Aggregations measured.", 5);
        Option<bool> json = SharedOptions.Json();
        var command = new Command("aggregate", AggregateHelp) { hospitals, parameters, repeat, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            JsonObject figures = await AskAsync(ProgramFile.Node, "bench-smpc",
                ["--model", "aggregate", "--models", Text(parsed.GetValue(hospitals)), "--batch",
                    Text(parsed.GetValue(parameters)), "--repeat", Text(parsed.GetValue(repeat))], cancellation);
            terminal.Line(parsed.GetValue(json)
                ? figures.ToJsonString(JsonShape.Indented)
                : $"{Figures.Invariant(Number(figures, "seconds"))} s from received shares to the agreed hash, "
                    + $"{Figures.Bytes((long)Number(figures, "bytes"))} sent by all parties");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Both results as one object: the encrypted figures, beside them the plain seconds of as many models, and
    /// their ratio.</summary>
    public static JsonObject Combine(JsonObject encrypted, JsonObject plain)
    {
        var both = (JsonObject)encrypted.DeepClone();
        double models = Math.Max(1, Number(encrypted, "models"));
        double plainSeconds = Math.Round(models * Number(plain, "plainMilliseconds") / 1000, 6);
        both["plainSeconds"] = plainSeconds;
        both["ratio"] = plainSeconds > 0 ? Math.Round(Number(encrypted, "seconds") / plainSeconds, 1) : null;
        return both;
    }

    private static void Show(Terminal terminal, JsonObject encrypted, JsonObject plain, bool json)
    {
        JsonObject both = Combine(encrypted, plain);
        if (json)
        {
            terminal.Line(both.ToJsonString(JsonShape.Indented));
            return;
        }

        terminal.Line($"encrypted  {Figures.Invariant(Number(both, "seconds"))} s, "
            + $"{Figures.Bytes((long)Number(both, "bytes"))} sent by all parties, "
            + $"{Number(both, "exchanges"):0} exchanges");
        terminal.Line($"processor  {Figures.Invariant(Number(both, "cpuSeconds"))} s of all parties");
        terminal.Line($"plain      {Figures.Invariant(Number(both, "plainSeconds"))} s with TorchSharp");
        terminal.Line($"ratio      {(both["ratio"] is JsonNode ratio ? ratio.ToString() : "-")}");
        foreach (JsonObject step in (both["profile"] as JsonArray ?? []).OfType<JsonObject>())
        {
            terminal.Line($"  {step["step"]}: {Figures.Invariant(Number(step, "milliseconds"))} ms, "
                + $"{Number(step, "exchanges"):0} exchanges, {Figures.Bytes((long)Number(step, "bytes"))} by party 0");
        }
    }

    private static async Task<JsonObject> AskAsync(
        string program, string verb, string[] arguments, CancellationToken cancellation)
    {
        string answer = await ProgramCall.AskAsync(program, [verb, .. arguments], Limit, cancellation);
        try
        {
            return JsonNode.Parse(answer) as JsonObject ?? throw new JsonException("no object");
        }
        catch (JsonException e)
        {
            throw UserError.Failure(
                $"{program} {verb} did not answer with JSON", "run it by itself to see what it says", e);
        }
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static double Number(JsonObject from, string name) =>
        from[name] is JsonValue value && value.TryGetValue(out double number) ? number : 0;
}
