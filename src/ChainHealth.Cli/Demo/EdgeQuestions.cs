using System.Globalization;
using System.Text.Json;
using ChainHealth.Client;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>What the command line asks of the edge program, which alone knows data sets, models and attacks.</summary>
public static class EdgeQuestions
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    /// <summary>Do data set, model, attacks and split exist and fit together? Nothing is created by it.</summary>
    /// <exception cref="UserError">They do not; the message says what is known.</exception>
    public static Task CheckAsync(DemoOptions options, CancellationToken cancellation)
    {
        List<string> arguments =
        [
            "check", .. DataArguments(options.Dataset, options.DataFolder, options.Model), "--alpha", options.Alpha,
            "--checks", options.Checks,
            "--hospitals", options.Hospitals.ToString(CultureInfo.InvariantCulture),
            "--seed", options.Seed.ToString(CultureInfo.InvariantCulture),
        ];
        foreach (AttackSpec attack in options.Attacks)
        {
            arguments.AddRange(["--attack", attack.Kind]);
        }

        return ProgramCall.AskAsync(ProgramFile.Edge, arguments, AnswerLimit, cancellation);
    }

    /// <summary>Submits the plan of the demo and answers with the number that the chain gave it.</summary>
    public static Task<RunId> StartRunAsync(
        string network, DemoOptions options, CancellationToken cancellation)
    {
        List<string> arguments =
        [
            .. DataArguments(options.Dataset, options.DataFolder, options.Model),
            "--rounds", options.Rounds.ToString(CultureInfo.InvariantCulture),
            "--seed", options.Seed.ToString(CultureInfo.InvariantCulture), "--checks", options.Checks,
        ];
        if (!options.Attacks.IsEmpty)
        {
            arguments.Add("--rehearsal");
        }

        return StartRunAsync(network, MemberNames.Operator, arguments, cancellation);
    }

    public static async Task<RunId> StartRunAsync(
        string network, string member, IEnumerable<string> options, CancellationToken cancellation)
    {
        string answer = await ProgramCall.AskAsync(
            ProgramFile.Edge, ["start-run", "--network", network, "--member", member, .. options], AnswerLimit,
            cancellation);
        return TryReadRun(answer) ?? throw UserError.Failure(
            "the edge program did not say which run it started",
            "look at the runs: chainhealth run status --network DIR");
    }

    /// <summary>The number in {"run": 1}; null where the text is something else.</summary>
    public static RunId? TryReadRun(string answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            return json.RootElement.TryGetProperty("run", out JsonElement run) && run.TryGetUInt32(out uint number)
                ? new RunId(number)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static IEnumerable<string> DataArguments(string dataset, string? folder, string? model)
    {
        yield return "--dataset";
        yield return dataset;
        if (folder is not null)
        {
            yield return "--data";
            yield return Path.GetFullPath(folder);
        }

        if (model is not null)
        {
            yield return "--model";
            yield return model;
        }
    }
}
