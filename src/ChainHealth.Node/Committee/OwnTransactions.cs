using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Node;

/// <summary>The validator as a member: signs its own transactions and puts them into the pool. An act that is not seen
/// on chain after a while is tried again, with a fresh nonce.</summary>
internal sealed class OwnTransactions(
    MemberIdentity identity, TransactionIntake intake, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(4);

    /// <summary>While transactions of ours wait for a block.</summary>
    private static readonly TimeSpan AgainAfterWaiting = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<object, long> _tried = [];

    /// <summary>Once for each act, as long as the chain may still be about to show it.</summary>
    /// <param name="act">Names the act; equal for its repetitions.</param>
    /// <returns>What became of it; null where it was tried a moment ago.</returns>
    public SubmitOutcome? Act(object act, TransactionBody body)
    {
        lock (_gate)
        {
            TimeSpan pause = intake.IsWaiting(identity.Member.Id) ? AgainAfterWaiting : AgainAfter;
            if (_tried.TryGetValue(act, out long at) && time.GetElapsedTime(at) < pause)
            {
                return null;
            }

            _tried[act] = time.GetTimestamp();
            ulong nonce = intake.NextNonce(identity.Member.Id);
            SignedTransaction signed =
                new Transaction(identity.Chain, identity.Member.Id, nonce, body).Sign(identity.SigningKey);
            SubmitOutcome outcome = intake.Submit(signed);
            if (outcome.Result != SubmitResult.Accepted)
            {
                NodeLog.OwnRefused(logger, body.GetType().Name, outcome.Reason);
            }

            return outcome;
        }
    }

    /// <summary>Forgets acts that cannot come again.</summary>
    public void Forget(Func<object, bool> isOver)
    {
        lock (_gate)
        {
            foreach (object act in _tried.Keys.Where(isOver).ToArray())
            {
                _tried.Remove(act);
            }
        }
    }
}
