using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Edge;

/// <summary>Takes over a new global model only when a proof shows that a certified block holds it as final and the
/// bytes have its hash. A hospital trusts the genesis and no validator.</summary>
internal sealed partial class AdoptModelDuty(EdgeContext context) : IDuty
{
    public EdgeActivity Activity => EdgeActivity.Adopting;

    public bool IsDue(LedgerState state, RunState run) =>
        run.Phase is PublishPhase && run.Participants.Contains(context.Self)
        && run.Current is { } record && !record.VerifiedBy.Contains(context.Self);

    public async Task PerformAsync(LedgerState state, RunState run, CancellationToken cancellation)
    {
        RoundRecord record = run.Current!;
        if (!record.KeptOldModel)
        {
            ChainProof proof = await context.Chain.ProveAsync(new ModelQuestion(run.Id, run.Round), cancellation);
            string? fault = ProofVerifier.Fault(context.Identity.Genesis, proof)
                ?? (proof.Claim is ModelClaim c && c.Model.Model == run.Model ? null : "it is about another model");
            if (fault is not null)
            {
                throw new InvalidDataException($"the proof of model {run.Model.Short} does not hold: {fault}");
            }
        }

        GlobalModel model = await context.Models.GetAsync(context.Chain, run, cancellation);
        context.Models.Adopt(model);
        await context.Chain.SubmitAsync(new ConfirmModelBody(run.Id, run.Round, run.Model), cancellation);
        LogAdopted(context.Log, run.Id.Value, run.Round, run.Model.Short);
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "run {Run} round {Round}: model {Model} verified and adopted")]
    private static partial void LogAdopted(ILogger log, uint run, int round, string model);
}
