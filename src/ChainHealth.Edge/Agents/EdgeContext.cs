using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Edge;

/// <summary>What every duty of an edge server needs.</summary>
/// <param name="Edges">The other institutions' edge servers.</param>
internal sealed record EdgeContext(
    MemberIdentity Identity, IChainClient Chain, IEdgeClient Edges, DatasetDesk Datasets, ModelShelf Models,
    ResultShelf Results, Rehearsals Rehearsals, EdgeMonitor Monitor, StudyAnchors Anchors,
    ILogger Log)
{
    public Dataset Dataset => Datasets.Current;

    public MemberId Self => Identity.Member.Id;

    /// <summary>Null when this edge server's records fit the plan; else the sentence for the log.</summary>
    public string? Misfit(RunPlan plan)
    {
        if (plan.Architecture.Input != Dataset.Schema.Shape)
        {
            return $"plan wants records of {plan.Architecture.Input}, {Dataset.Name} has {Dataset.Schema.Shape}";
        }

        return plan.ClassNames.SequenceEqual(Dataset.Schema.ClassNames)
            ? null
            : $"plan has the classes {string.Join(", ", plan.ClassNames)}, {Dataset.Name} has other ones";
    }
}
