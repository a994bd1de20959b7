using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>At the provider: starts and stops runs for those who operate this edge server, under the provider's own
/// key.</summary>
internal sealed class RunDesk(EdgeContext context)
{
    /// <exception cref="EdgeCallException">The wish makes no plan, a hospital does not rehearse, or the chain refuses.
    /// </exception>
    public async Task<RunStarted> StartAsync(RunWish wish, CancellationToken cancellation)
    {
        if (wish.Dataset != context.Dataset.Name)
        {
            throw Refused($"this edge server uses '{context.Dataset.Name}', not '{wish.Dataset}'");
        }

        if (!wish.Rehearsal && !wish.Attacks.IsEmpty)
        {
            throw Refused("attacks belong into a rehearsal");
        }

        LedgerState state = (await context.Chain.SubscribeAsync(cancellation)).Now.State;
        RunPlan plan = Plan(wish, state);
        if (wish.Rehearsal)
        {
            await RehearseAsync(wish, plan, state, cancellation);
        }

        Receipt receipt = await SubmitAsync(new StartRunBody(plan), cancellation);
        LedgerState after = (await context.Chain.SubscribeAsync(cancellation)).Now.State;
        Digest hash = RunPlanCodec.HashOf(context.Identity.Chain, plan);
        RunState run = after.Runs.Values.Last(r => r.Provider == context.Self && r.PlanHash == hash);
        return new RunStarted(run.Id, receipt.Transaction, receipt.Height);
    }

    public async Task StopAsync(StopWish wish, CancellationToken cancellation) =>
        await SubmitAsync(new StopRunBody(wish.Run, wish.Reason), cancellation);

    private static EdgeCallException Refused(string why) => new(EdgeFault.Refused, why);

    private RunPlan Plan(RunWish wish, LedgerState state)
    {
        try
        {
            RunPlan plan = Plans.Make(context.Dataset, state, new PlanChoices(
                wish.Model.Length == 0 ? null : wish.Model, wish.Rounds, wish.TargetMille,
                wish.Epochs == 0 ? null : wish.Epochs, wish.Check ? CheckSet.All : CheckSet.None, wish.Rehearsal,
                wish.DrawSize, wish.MinimumUpdates, wish.Seed));
            return PlanRules.Fault(plan) is { } fault ? throw Refused(fault) : plan;
        }
        catch (EdgeException e)
        {
            throw new EdgeCallException(EdgeFault.Refused, e.Message, e);
        }
    }

    /// <summary>Every hospital is told what it simulates, the honest ones that they stay honest; what a hospital does
    /// not allow, it refuses.</summary>
    private async Task RehearseAsync(RunWish wish, RunPlan plan, LedgerState state, CancellationToken cancellation)
    {
        foreach (MemberId hospital in plan.Hospitals)
        {
            string name = state.Members[hospital].Name;
            string attack = wish.Attacks.FirstOrDefault(a => a.Hospital == name)?.Attack ?? "";
            try
            {
                await context.Edges.AskAsync(hospital, EdgeCalls.Rehearse, attack, cancellation);
            }
            catch (EdgeCallException e) when (attack.Length > 0)
            {
                throw Refused($"{name} cannot rehearse '{attack}': {e.Message}");
            }
            catch (EdgeCallException)
            {
                // Asked to stay honest and not reached: it never was asked to attack.
            }
        }

        if (wish.Attacks.FirstOrDefault(a => plan.Hospitals.All(h => state.Members[h].Name != a.Hospital)) is { } odd)
        {
            throw Refused($"'{odd.Hospital}' is no hospital of this plan");
        }
    }

    private async Task<Receipt> SubmitAsync(TransactionBody body, CancellationToken cancellation)
    {
        try
        {
            return await context.Chain.SubmitAsync(body, cancellation);
        }
        catch (TransactionRefusedException e)
        {
            throw new EdgeCallException(EdgeFault.Refused, e.Message, e);
        }
        catch (TimeoutException e)
        {
            throw new EdgeCallException(EdgeFault.Failed, e.Message, e);
        }
    }
}
