using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>Packs the payloads that wait into notes of one sender: one signature for all payloads of a note. A note
/// leaves when it is full, or when none of this sender is on its way: so a lone payload does not wait.</summary>
internal sealed class PayloadPacker(LoadSender sender)
{
    private const int NotesInFlightMax = 8;

    private readonly Lock _gate = new();
    private readonly Queue<(byte[] Payload, TaskCompletionSource Done)> _waiting = [];
    private long _bytes;
    private int _notesInFlight;

    /// <returns>Ends when the payload stands in a certified block.</returns>
    public Task SendAsync(byte[] payload)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Enqueue((payload, done));
            _bytes += payload.Length + sizeof(uint);
            SendDue();
        }

        return done.Task;
    }

    private void SendDue()
    {
        while (_waiting.Count > 0
            && (_notesInFlight == 0
                || (_bytes + sizeof(uint) >= NoteBody.BytesMax && _notesInFlight < NotesInFlightMax)))
        {
            List<(byte[] Payload, TaskCompletionSource Done)> packed = [];
            int room = NoteBody.BytesMax - sizeof(uint);
            while (_waiting.TryPeek(out var next) && next.Payload.Length + sizeof(uint) <= room)
            {
                room -= next.Payload.Length + sizeof(uint);
                packed.Add(_waiting.Dequeue());
            }

            _bytes -= NoteBody.BytesMax - sizeof(uint) - room;
            _notesInFlight++;
            _ = FinishAsync(packed);
        }
    }

    private async Task FinishAsync(List<(byte[] Payload, TaskCompletionSource Done)> packed)
    {
        var writer = new CanonicalWriter(NoteBody.BytesMax);
        writer.List(packed, (w, p) => w.Bytes(p.Payload));
        await sender.SendAsync(writer.ToArray());
        foreach ((_, TaskCompletionSource done) in packed)
        {
            done.SetResult();
        }

        lock (_gate)
        {
            _notesInFlight--;
            SendDue();
        }
    }
}
