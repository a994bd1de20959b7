namespace ChainHealth.Ledger;

/// <summary>Notes: any member may leave one; only the size matters.</summary>
internal static class NoteRules
{
    public static string? Apply(NoteBody note) => note.Content.Length <= NoteBody.BytesMax
        ? null : $"note of {note.Content.Length} bytes, at most {NoteBody.BytesMax} allowed";
}
