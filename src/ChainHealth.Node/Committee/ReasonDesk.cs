using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>This member's parts of the reason codes of the last checks, in memory only: each is given to the hospital
/// that it is about, once the chain has decided, and to nobody else. After a restart they are gone; the hospital then
/// asks the others.</summary>
internal sealed class ReasonDesk
{
    public const int ChecksMax = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<CommitteeJob, Dictionary<MemberId, byte[]>> _checks = [];
    private readonly Queue<CommitteeJob> _order = new();

    /// <param name="hospitals">In the order of the parts.</param>
    public void Keep(CommitteeJob check, IEnumerable<MemberId> hospitals, IReadOnlyList<byte[]> parts)
    {
        lock (_gate)
        {
            if (!_checks.ContainsKey(check))
            {
                _order.Enqueue(check);
            }

            _checks[check] = hospitals.Zip(parts).ToDictionary(p => p.First, p => p.Second);
            while (_order.Count > ChecksMax)
            {
                _checks.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>Of the attempt that decided; null where there is none, or it was not computed here.</summary>
    public byte[]? Find(RunState run, int round, MemberId hospital)
    {
        RoundRecord? record = run.Records.FirstOrDefault(r => r.Number == round);
        if (record is null || record.VerdictVotes.IsEmpty)
        {
            return null;
        }

        var check = new CommitteeJob(
            run.Id, round, JobKind.Check, record.VerdictVotes.Values.First().Attempt);
        lock (_gate)
        {
            return _checks.GetValueOrDefault(check)?.GetValueOrDefault(hospital);
        }
    }
}
