using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>How many private predictions run at once, and how many a member may ask for in a minute.</summary>
internal sealed class PredictionGate(TimeProvider time)
{
    public const int InFlightMax = 4;
    public const int InFlightPerMemberMax = 2;
    public const int PerMinuteMax = 60;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<MemberId, Queue<long>> _asked = [];
    private readonly Dictionary<MemberId, int> _running = [];

    /// <summary>Null when the prediction may begin, and then <see cref="Leave"/> is due; else why not.</summary>
    public string? TryEnter(MemberId asker)
    {
        lock (_gate)
        {
            if (!_asked.TryGetValue(asker, out Queue<long>? asked))
            {
                _asked[asker] = asked = new Queue<long>();
            }

            while (asked.TryPeek(out long at) && time.GetElapsedTime(at) > Minute)
            {
                asked.Dequeue();
            }

            if (asked.Count >= PerMinuteMax)
            {
                return $"busy: more than {PerMinuteMax} private predictions a minute";
            }

            int own = _running.GetValueOrDefault(asker);
            if (own >= InFlightPerMemberMax || _running.Values.Sum() >= InFlightMax)
            {
                return $"busy: {own} private predictions of this member are under way";
            }

            asked.Enqueue(time.GetTimestamp());
            _running[asker] = own + 1;
            return null;
        }
    }

    public void Leave(MemberId asker)
    {
        lock (_gate)
        {
            if (--_running[asker] == 0)
            {
                _running.Remove(asker);
            }
        }
    }
}
