using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Edges;

/// <summary>A measured model of a round, with who measured it.</summary>
/// <param name="Server">Whose edge server measured it, on its own machine.</param>
public sealed record MeasuredModel(MemberId Server, TestResult Result);

/// <summary>What all edge servers measured in one run.</summary>
/// <param name="Silent">Servers that gave no answer.</param>
public sealed record RunFigures(ImmutableArray<MeasuredModel> Models, ImmutableArray<MemberId> Silent)
{
    public ImmutableArray<int> Rounds => [.. Models.Select(m => m.Result.Round).Distinct().Order()];

    /// <summary>Local models by hospital, then the global model, then the unprotected sum.</summary>
    public ImmutableArray<MeasuredModel> OfRound(int round) =>
        [.. Models.Where(m => m.Result.Round == round).OrderBy(m => m.Result.Subject).ThenBy(m => m.Server)];

    public static async Task<RunFigures> AskAsync(EdgeBoard edges, RunState run, CancellationToken cancellation)
    {
        MemberId[] asked = [.. edges.Servers.Select(s => s.Id)
            .Where(id => run.Plan.Hospitals.Contains(id) || id == run.Plan.PoolContributor)];
        var answers = await Task.WhenAll(asked.Select(id => OfServerAsync(edges, id, run.Id, cancellation)));
        return new RunFigures(
            [.. answers.SelectMany(a => a.Results.Select(r => new MeasuredModel(a.Server, r)))],
            [.. answers.Where(a => a.Silent).Select(a => a.Server)]);
    }

    private static async Task<(MemberId Server, ImmutableArray<TestResult> Results, bool Silent)> OfServerAsync(
        EdgeBoard edges, MemberId server, RunId run, CancellationToken cancellation)
    {
        try
        {
            return (server, await edges.AskAsync(server, EdgeCalls.Results, run, cancellation), false);
        }
        catch (EdgeCallException)
        {
            return (server, [], true);
        }
    }
}
