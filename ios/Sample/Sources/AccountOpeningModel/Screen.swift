import Kazasu

/// What is shown.
public enum Screen: Sendable, Equatable {
    /// First screen: what will be signed.
    case application
    /// Second screen: the password.
    case password(Prompt)
    /// Second screen: the card is at work, or awaited.
    case card
    /// Second screen: the card was lost, and is wanted again.
    case holdAgain(NeedTap<Signed>.Reason)
    /// Third screen.
    case thanks
    /// Third screen: it cannot go on.
    case problem(UserMessage)
}

/// Why the password is asked for.
public enum Prompt: Sendable, Equatable {
    case first
    /// It cannot be a password; nothing was sent.
    case malformed(UserMessage)
    /// It was wrong. `remaining`: tries, if the card says.
    case wrong(remaining: Int?)
    /// A wrong one could block the card: ask before the password.
    case lastTry(remaining: Int?)
    /// The card was lost after it had accepted it; nothing is spent.
    case again
}
