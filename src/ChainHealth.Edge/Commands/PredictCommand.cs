using System.CommandLine;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Ledger;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>predict --private: asks the committee for the class of one record that no validator sees.</summary>
internal static class PredictCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        Option<string> network = EdgeOptions.Network();
        Option<string> member = EdgeOptions.Member();
        Option<bool> isPrivate = new("--private")
        {
            Description = "secret-share the record to the validators; without it nothing is asked", Required = true,
        };
        Option<string?> record = new("--record")
        {
            Description = "an image (PNG, JPEG), or a text file with one line of normalised numbers",
        };
        Option<int?> row = new("--row") { Description = "a record of the test split of --dataset, from 0" };
        Option<string?> dataset = new("--dataset") { Description = "data set of --row" };
        Option<string?> data = EdgeOptions.Data();
        Option<uint?> run = new("--run") { Description = "whose current model; default: the newest run" };
        Option<bool> json = new("--json") { Description = "print JSON" };
        var command = new Command("predict", "the class of one record, computed under sharing by the validators")
        {
            network, member, isPrivate, record, row, dataset, data, run, json,
        };
        command.SetAction((r, cancellation) => PredictAsync(
            r.GetRequiredValue(network), r.GetRequiredValue(member), r.GetValue(run),
            plan => r.GetValue(record) is { } file
                ? RecordFile.Read(file, plan.Architecture.Input)
                : Row(r.GetValue(row), r.GetValue(dataset), r.GetValue(data), plan),
            r.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> PredictAsync(string network, string member, uint? number,
        Func<RunPlan, float[]> read, bool json, CancellationToken cancellation)
    {
        using MemberIdentity identity = MemberIdentity.Load(network, member);
        await using ChainClient chain = ChainClient.Start(identity);
        ChainSnapshot now = (await chain.SubscribeAsync(cancellation)).Now;
        if (now.Nodes.All(n => !n.Reachable))
        {
            throw new EdgeException("no validator of the network can be reached");
        }

        LedgerState state = now.State;
        RunState run = state.Runs.Values.LastOrDefault(r => number is null || r.Id.Value == number)
            ?? throw new EdgeException(number is null ? "the chain has no run yet" : $"the chain has no run {number}");
        long[] record = Encode(read(run.Plan), run.Plan);
        ImmutableArray<Member> committee = [.. run.Plan.Committee.Select(id => state.Members[id])];
        var terms = new PredictionTerms(identity.Chain, identity.Member.Id, committee, run.Plan.Architecture,
            run.Plan.Format, run.Model);
        PrivateScores scores;
        try
        {
            scores = await PrivatePrediction.AskAsync(
                terms, record, (v, q, c) => AskAsync(chain, v, q, c), RandomNumberGenerator.Fill, cancellation);
        }
        catch (PredictionException e)
        {
            throw new EdgeException(e.Message);
        }
        finally
        {
            Array.Clear(record);
        }

        Print(scores, run, json);
        return 0;
    }

    private static async Task<byte[]> AskAsync(
        ChainClient chain, Member validator, ReadOnlyMemory<byte> question, CancellationToken cancellation)
    {
        try
        {
            return await chain.PredictAsync(validator.Id, question, cancellation);
        }
        catch (ClientApiException e)
        {
            throw new PredictionException(e.Message, e);
        }
    }

    private static float[] Row(int? row, string? dataset, string? data, RunPlan plan)
    {
        if (row is not { } index)
        {
            throw new EdgeException("give the record with --record FILE, or --row N of --dataset NAME");
        }

        Records test = DatasetLoader.Load(dataset ?? plan.Dataset, data).Test;
        return index >= 0 && index < test.Count
            ? test[index].ToArray()
            : throw new EdgeException($"--row {index}: the test split has the records 0 to {test.Count - 1}");
    }

    /// <exception cref="EdgeException">The record does not fit the plan.</exception>
    private static long[] Encode(float[] values, RunPlan plan)
    {
        if (values.Length != plan.Architecture.Input.Elements)
        {
            throw new EdgeException(
                $"the record has {values.Length} values, the model takes {plan.Architecture.Input.Elements}");
        }

        var record = new long[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (!plan.Format.TryEncode(values[i], out record[i]))
            {
                throw new EdgeException($"value {i} is {values[i]}, beyond +-{plan.Format.MagnitudeMax}");
            }
        }

        return record;
    }

    private static void Print(PrivateScores scores, RunState run, bool json)
    {
        ImmutableArray<double> chances = scores.Probabilities[0];
        int best = chances.IndexOf(chances.Max());
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    prediction = run.Plan.ClassNames[best],
                    probabilities = run.Plan.ClassNames.Zip(chances).ToDictionary(
                        c => c.First, c => Math.Round(c.Second, 6)),
                    model = scores.Model.ToString(),
                    run = run.Id.Value,
                    round = run.Round,
                    seconds = Math.Round(scores.Seconds, 3),
                    bytes = scores.BytesSent,
                    exchanges = scores.Exchanges,
                    parties = scores.Silent is null ? 4 : 3,
                    silent = scores.Silent?.Name,
                    suspects = scores.Suspects.Select(m => m.Name),
                    conflict = scores.Conflict.Length > 0 ? scores.Conflict : null,
                },
                Indented));
            return;
        }

        foreach ((string name, double chance) in run.Plan.ClassNames.Zip(chances))
        {
            Console.WriteLine($"{(name == run.Plan.ClassNames[best] ? '>' : ' ')} "
                + string.Create(CultureInfo.InvariantCulture, $"{chance,8:0.0000}  {name}"));
        }

        Console.WriteLine($"model {scores.Model}, run {run.Id}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{scores.Seconds:0.00} s, {scores.BytesSent:N0} bytes in {scores.Exchanges} exchanges of ")
            + (scores.Silent is null ? "four validators" : $"three validators, without {scores.Silent.Name}"));
        if (scores.Conflict.Length > 0)
        {
            Console.WriteLine($"A validator lied, and the answer does not rest on it. {scores.Conflict}");
        }

        Console.WriteLine("No validator saw the record or the result. Not for diagnosis.");
    }
}
