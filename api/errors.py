"""What can go wrong at the edge: terminal, disk and HTTP. Faults in a squad's own files are `geo.errors.InputError`.

ApiError                     carries its sentence in both languages
├── OutputFolderError        the results cannot be written there
├── UnknownSquadError        no squad of that name below the data folder
├── UnknownPlanError         no plan of that number
├── UnknownPageError         the plan has no such page
├── UnknownCaseError         the squad has no case of that number
├── UnknownRecordError       the squad has no such record
├── StaleError               somebody else changed it since it was read
├── OfficerBusyError         an officer who is to be sent is on another case
├── OfficerUnknownError      somebody who is to be sent is not of the squad
├── NobodyComesError         the officer thought of cannot come
├── NothingChangesError      sending the officer leaves the plan as it is
├── FutureStepError          a step lies in the future
├── PlaceReasonError         whoever arrived is elsewhere and does not say why
├── KeyReusedError           an idempotency key came back with another request
├── SignInError              name and password do not go together, or the account is locked
├── WrongAccountError        an account cannot be made as asked
├── NotSignedInError         the request says nothing of who makes it
├── ForbiddenError           the role may not do this, or not to that squad
├── ForgedError              a page of somebody else's made the request
├── PlanStateError           a plan in its state cannot become that
├── BackupError              a backup cannot be made, or is damaged
├── DatabaseError            the database is not made as the records need it
├── MoveError                a squad cannot be moved from one storage to the other
├── OtherSquadError          the files are of another squad
├── SquadExistsError         a squad of that id is there already
├── PlanNotReadyError        asked for before it was finished
├── SquadBusyError           a plan of the same squad is still being made
├── QueueFullError           too many plans are waiting
├── PlanCancelledError       somebody cancelled it
├── PlanTooLongError         it was stopped at the wall-time limit
├── PlanTooBigError          it asked for more memory than allowed
├── BodyTooBigError          a request is longer than any order can be
├── WrongFileError           a file is none of those that are taken
├── PostsError               two posts of a community would be one person's
├── TooOftenError            somebody who is not signed in asks too often
├── UploadTooHardError       a file takes too much memory or time to read
├── SupersededError          another machine has taken the job over
├── GivenBackError           a machine stops before a job is finished
└── PlanCrashedError         its process ended without a result
"""

from __future__ import annotations

from geo.text import Text


class ApiError(Exception):
    """Base of everything this room raises.

    Attributes
    ----------
    message
        The sentence to show.
    """

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.zh)


class OutputFolderError(ApiError):
    """The results cannot be written there."""


class UnknownSquadError(ApiError):
    """No squad of that name below the data folder."""


class UnknownPlanError(ApiError):
    """No plan of that number."""


class UnknownPageError(ApiError):
    """The plan has no such page."""


class UnknownCaseError(ApiError):
    """The squad has no case of that number."""


class UnknownRecordError(ApiError):
    """The squad has no such record."""


class StaleError(ApiError):
    """Somebody else changed it since it was read."""


class OfficerBusyError(ApiError):
    """An officer who is to be sent is on another case."""


class OfficerUnknownError(ApiError):
    """Somebody who is to be sent is not of the squad."""


class NobodyComesError(ApiError):
    """The officer thought of cannot come."""


class NothingChangesError(ApiError):
    """Sending the officer leaves the plan as it is."""


class FutureStepError(ApiError):
    """A step lies in the future."""


class PlaceReasonError(ApiError):
    """Whoever arrived is elsewhere and does not say why."""


class KeyReusedError(ApiError):
    """An idempotency key came back with another request."""


class SignInError(ApiError):
    """Name and password do not go together, or the account is locked."""


class WrongAccountError(ApiError):
    """An account cannot be made as asked."""


class NotSignedInError(ApiError):
    """The request says nothing of who makes it."""


class ForbiddenError(ApiError):
    """The role may not do this, or not to that squad."""


class ForgedError(ApiError):
    """A page of somebody else's made the request."""


class PlanStateError(ApiError):
    """A plan in its state cannot become that."""


class BackupError(ApiError):
    """A backup cannot be made, or is damaged."""


class DatabaseError(ApiError):
    """The database is not made as the records need it."""


class MoveError(ApiError):
    """A squad cannot be moved from one storage to the other."""


class OtherSquadError(ApiError):
    """The files are of another squad."""


class SquadExistsError(ApiError):
    """A squad of that id is there already."""


class PlanNotReadyError(ApiError):
    """Asked for before it was finished."""


class SquadBusyError(ApiError):
    """A plan of the same squad is still being made."""


class QueueFullError(ApiError):
    """Too many plans are waiting."""


class PlanCancelledError(ApiError):
    """Somebody cancelled it."""


class PlanTooLongError(ApiError):
    """It was stopped at the wall-time limit."""


class PlanTooBigError(ApiError):
    """It asked for more memory than allowed."""


class BodyTooBigError(ApiError):
    """A request is longer than any order can be."""


class WrongFileError(ApiError):
    """A file is none of those that are taken."""


class PostsError(ApiError):
    """Two posts of a community would be one person's."""


class TooOftenError(ApiError):
    """Somebody who is not signed in asks too often."""


class UploadTooHardError(ApiError):
    """A file takes too much memory or time to read."""


class SupersededError(ApiError):
    """Another machine has taken the job over, or nobody wants it any more."""


class GivenBackError(ApiError):
    """A machine stops before a job is finished: another is to make it."""


class PlanCrashedError(ApiError):
    """Its process ended without a result."""
